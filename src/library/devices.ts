/** The cards and the memory that a model is to run on, as people say them: sizes, names, or "auto" for what this machine has. */

import { cardNamed, DRIVER_BYTES } from '../devices/cards.js';
import { UsageError } from '../explained-error.js';
import { formatBytes } from '../words/format-quantity.js';
import { MOST_DEVICES } from '../words/llama-cpp.js';
import { bytesFrom } from '../words/quantities.js';
import { bytesIn } from './option-values.js';

/** A card with what is known of it. */
export interface AskedDevice {
  /** Different for each: `GPU0` for one of which only the size was said. */
  name: string;
  /** Bytes that a process has for itself. */
  freeBytes: number;
  /** Bytes of the card, and those of them that the driver keeps; null where only the size was said. */
  totalBytes: number | null;
  driverBytes: number | null;
  /** Bytes in a second; null where nobody knows. */
  bandwidth: number | null;
  /** Multiplications and additions in a second, in F16; null where nobody knows. */
  operations: number | null;
}

export interface AskedDevices {
  devices: AskedDevice[];
  /** Bytes of system RAM that are free, where this machine was asked. */
  ramBytes: number | null;
}

/**
 * Cards from texts such as "24GiB", "12GiB,8GiB", "RTX 4090" or "auto", in their order.
 *
 * @param option what the texts are called in errors.
 * @throws UsageError for what is neither a size nor a known card, and for more cards than llama.cpp takes.
 */
export async function devicesOf(texts: readonly string[], option: string): Promise<AskedDevices> {
  const words = texts.flatMap((text) => text.split(',')).map((word) => word.trim());
  if (words.length > MOST_DEVICES) throw tooMany(words.length, option);
  const devices: AskedDevice[] = [];
  let ramBytes: number | null = null;
  for (const word of words) {
    if (word.toLowerCase() === 'auto') {
      const { thisMachine } = await import('../devices/this-machine.js');
      const found = await thisMachine();
      for (const { name, totalBytes, freeBytes, bandwidth, operations } of found.cards) {
        devices.push({ name, totalBytes, driverBytes: totalBytes - freeBytes, freeBytes, bandwidth, operations });
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

function deviceOf(word: string, option: string, place: number): AskedDevice {
  const found = cardNamed(word);
  if (found.card !== null) {
    const { name, vendor, totalBytes, bandwidth, operations } = found.card;
    const driverBytes = DRIVER_BYTES[vendor];
    return { name, freeBytes: totalBytes - driverBytes, totalBytes, driverBytes, bandwidth, operations };
  }
  // What has digits and a unit, or digits alone, is meant as a size.
  if (bytesFrom(word) !== null || /^-?[\d.]+\s*[a-z]{0,3}$/i.test(word)) {
    const unknown = { totalBytes: null, driverBytes: null, bandwidth: null, operations: null };
    return { name: `GPU${place}`, freeBytes: bytesIn(word, option), ...unknown };
  }
  const near = found.near.map((name) => `"${name}"`);
  if (found.unsure) {
    const message = `${option}: there are several cards of the name "${word}"`;
    throw new UsageError('unknown-card', message, `write ${near.join(', or ')}`);
  }
  const meant = near.length > 0 ? `did you mean ${near.join(', ')}? ` : '';
  const message = `${option}: "${word}" is neither a size nor a card that is known here`;
  throw new UsageError('unknown-card', message, `${meant}what is free on it can be said too: ${option} 24GiB`);
}

/** Two cards of one name are told apart by a number. */
function withOwnNames(devices: readonly AskedDevice[]): AskedDevice[] {
  const counts = new Map<string, number>();
  return devices.map((device) => {
    const before = counts.get(device.name) ?? 0;
    counts.set(device.name, before + 1);
    return before === 0 ? device : { ...device, name: `${device.name} #${before + 1}` };
  });
}

/** What a card is, for a sentence: `24.0 GiB, of which the driver keeps 640 MiB`. Null where only what is free was said. */
export function wordsOfCard({
  totalBytes,
  driverBytes,
}: Pick<AskedDevice, 'totalBytes' | 'driverBytes'>): string | null {
  if (totalBytes === null || driverBytes === null) return null;
  return driverBytes === 0
    ? formatBytes(totalBytes)
    : `${formatBytes(totalBytes)}, of which ${formatBytes(driverBytes)} are not free`;
}
