/** The cards and the memory for running a model, from what people write: sizes, names, or "auto" for the cards of this machine. */

import { cardNamed, DRIVER_BYTES, type Vendor } from '../devices/cards.js';
import { UsageError } from '../explained-error.js';
import type { DeviceEntry } from '../report/placement-schema.js';
import { MOST_DEVICES } from '../words/llama-cpp.js';
import { bytesFrom } from '../words/quantities.js';
import { bytesIn } from './option-values.js';

export interface AskedDevices {
  devices: DeviceEntry[];
  /** Free bytes of system RAM; null if this machine was not asked. */
  ramBytes: number | null;
}

/**
 * Cards from texts such as "24GiB", "12GiB,8GiB", "RTX 4090" or "auto", in order.
 *
 * @param option Name of the option in errors.
 * @throws UsageError for a text that is neither a size nor a known card, and for more cards than llama.cpp supports.
 */
export async function devicesOf(texts: readonly string[], option: string): Promise<AskedDevices> {
  const words = texts.flatMap((text) => text.split(',')).map((word) => word.trim());
  if (words.length > MOST_DEVICES) throw tooMany(words.length, option);
  const devices: DeviceEntry[] = [];
  let ramBytes: number | null = null;
  for (const word of words) {
    if (word.toLowerCase() === 'auto') {
      const { thisMachine } = await import('../devices/this-machine.js');
      const found = await thisMachine();
      for (const { name, vendor, totalBytes, freeBytes, bandwidth, operations } of found.cards) {
        devices.push({
          name,
          kind: kindOf(vendor),
          totalBytes,
          driverBytes: totalBytes - freeBytes,
          freeBytes,
          bandwidth,
          operations,
        });
      }
      ramBytes = found.ramBytes;
    } else devices.push(deviceOf(word, option, devices.length));
  }
  if (devices.length > MOST_DEVICES) throw tooMany(devices.length, option);
  return { devices: withOwnNames(devices), ramBytes };
}

function tooMany(count: number, option: string): UsageError {
  return new UsageError('too-many-cards', `${option}: ${count} cards; llama.cpp runs on ${MOST_DEVICES} at most`);
}

/** A card without free memory would be the same as no card. */
function freeBytesOf(word: string, option: string): number {
  if (bytesFrom(word) !== 0) return bytesIn(word, option);
  throw new UsageError(
    'bad-size',
    `${option}: "${word}" is a card without memory`,
    `leave ${option} out if there is no card`,
  );
}

function deviceOf(word: string, option: string, place: number): DeviceEntry {
  const found = cardNamed(word);
  if (found.card !== null) {
    const { name, vendor, totalBytes, bandwidth, operations } = found.card;
    const driverBytes = DRIVER_BYTES[vendor];
    return {
      name,
      kind: kindOf(vendor),
      freeBytes: totalBytes - driverBytes,
      totalBytes,
      driverBytes,
      bandwidth,
      operations,
    };
  }
  // Digits with a unit, or only digits, are meant as a size.
  if (bytesFrom(word) !== null || /^-?[\d.]+\s*[a-z]{0,3}$/i.test(word)) {
    const unknown = { kind: 'plain' as const, totalBytes: null, driverBytes: null, bandwidth: null, operations: null };
    return { name: `GPU${place}`, freeBytes: freeBytesOf(word, option), ...unknown };
  }
  const near = found.near.map((name) => `"${name}"`);
  if (found.unsure) {
    const message = `${option}: several cards are named "${word}"`;
    throw new UsageError('unknown-card', message, `write ${near.join(', or ')}`);
  }
  const meant = near.length > 0 ? `did you mean ${near.join(', ')}? Otherwise ` : '';
  const message = `${option}: "${word}" is neither a size nor a known card`;
  throw new UsageError('unknown-card', message, `${meant}give its free memory: ${option} 24GiB`);
}

/** AMD's cards use the same backend code as Nvidia's. */
function kindOf(vendor: Vendor): DeviceEntry['kind'] {
  return vendor === 'nvidia' || vendor === 'amd' ? 'cuda' : 'plain';
}

/** Cards with the same name get a number to distinguish them. */
function withOwnNames(devices: readonly DeviceEntry[]): DeviceEntry[] {
  const counts = new Map<string, number>();
  return devices.map((device) => {
    const before = counts.get(device.name) ?? 0;
    counts.set(device.name, before + 1);
    return before === 0 ? device : { ...device, name: `${device.name} #${before + 1}` };
  });
}
