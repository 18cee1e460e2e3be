/** Cards and wishes → what is asked about the placement of a model; what cannot be is refused before anything is computed. */

import { UsageError } from '../explained-error.js';
import type { PlacementSettings } from '../memory/placement/devices.js';
import { matcherOf, patternFault } from '../memory/placement/override-patterns.js';
import type { Model } from '../model/model.js';
import { type PlacementQuestion, USUAL_MARGIN } from '../report/memory-placement.js';
import type { AskedDevices } from './devices.js';

export interface AskedPlacement {
  /** The cards; undefined where none were asked about. */
  asked: AskedDevices | undefined;
  /** Bytes of system RAM that are free; what this machine has where it was asked. */
  ramBytes?: number | undefined;
  marginBytes?: number | undefined;
  /** Bytes in a second: of each card in order, then of system RAM. */
  bandwidths?: readonly number[] | undefined;
  settings: PlacementSettings;
}

/** How the options are called in errors: as they are typed, or as fields of the library. */
export interface PlacementNames {
  gpu: string;
  bandwidth: string;
  tensorSplit: string;
  mainDevice: string;
  overrideTensor: string;
}

/** Undefined where nothing is asked about cards. Throws UsageError for what does not go together. */
export function placementOf(placement: AskedPlacement, names: PlacementNames): PlacementQuestion | undefined {
  const { asked, settings, bandwidths = [], ramBytes, marginBytes = USUAL_MARGIN } = placement;
  if (asked === undefined) {
    const wanted = [ramBytes, placement.marginBytes, ...Object.values(settings)].some((value) => value !== undefined);
    if (wanted)
      throw new UsageError('bad-usage', `what goes where is asked of cards: ${names.gpu} names none`, CARDS_HINT);
    return undefined;
  }
  const { tensorSplit, mainDevice, overrideTensor = [] } = settings;
  const count = asked.devices.length;
  const cards = `${count} ${count === 1 ? 'card' : 'cards'}`;
  if (tensorSplit !== undefined && tensorSplit.length > count) {
    const message = `${names.tensorSplit} ${tensorSplit.join(',')}: ${tensorSplit.length} shares for ${cards}`;
    throw new UsageError('bad-split', message, `give a share for each card of ${names.gpu}`);
  }
  if (mainDevice !== undefined && mainDevice >= count) {
    throw new UsageError('bad-number', `${names.mainDevice} ${mainDevice}: there are ${cards}, counted from 0`);
  }
  if (bandwidths.length > count + 1) {
    const message = `${names.bandwidth}: ${bandwidths.length} speeds for ${cards} and system RAM`;
    throw new UsageError('bad-size', message);
  }
  for (const { pattern, device } of overrideTensor) {
    const fault = patternFault(pattern);
    if (fault !== null)
      throw new UsageError('bad-pattern', `${names.overrideTensor}: the pattern "${pattern}" ${fault}`);
    if (device !== 'CPU' && !asked.devices.some(({ name }) => name === device)) {
      const there = ['CPU', ...asked.devices.map(({ name }) => name)].join(', ');
      throw new UsageError(
        'unknown-card',
        `${names.overrideTensor}: there is no device "${device}"`,
        `there is ${there}`,
      );
    }
  }
  return {
    devices: asked.devices.map((device, place) => ({ ...device, bandwidth: bandwidths[place] ?? device.bandwidth })),
    ramBytes: ramBytes ?? asked.ramBytes,
    ramBandwidth: bandwidths[count] ?? null,
    settings,
    marginBytes,
  };
}

const CARDS_HINT = 'add --gpu 24GiB, --gpu "RTX 4090", or --gpu auto for those of this machine';

/** Throws UsageError where a pattern is of no tensor of the model: a slip would change nothing, and say nothing. */
export function requireMatches(model: Model, { settings }: PlacementQuestion, names: PlacementNames): void {
  for (const { pattern } of settings.overrideTensor ?? []) {
    const matches = matcherOf(pattern);
    if (matches !== null && model.tensors.some(({ name }) => matches(name))) continue;
    const message = `${names.overrideTensor}: no tensor has a name that "${pattern}" matches`;
    throw new UsageError('bad-pattern', message, 'gguf-explain tensors MODEL lists the names');
  }
}
