/**
 * Turns cards and options into the question about the placement of a model, and refuses what cannot be asked before anything is computed.
 */

import { UsageError } from '../explained-error.js';
import type { PlacementSettings } from '../memory/placement/devices.js';
import { placementFaults } from '../memory/placement/placement-faults.js';
import type { Model } from '../model/model.js';
import type { PlacementQuestion } from '../report/memory-question.js';
import { MARGIN_BYTES } from '../words/llama-cpp.js';
import type { AskedDevices } from './devices.js';

export interface AskedPlacement {
  /** The cards; undefined if none were given. */
  asked: AskedDevices | undefined;
  /** Free bytes of system RAM: as given, or what this machine reports. */
  ramBytes?: number | undefined;
  marginBytes?: number | undefined;
  /** Bytes per second: one value for each card in order, then one for system RAM. */
  bandwidths?: readonly number[] | undefined;
  settings: PlacementSettings;
}

/** Names of the options in errors: as typed, or as fields of the library. */
export interface PlacementNames {
  gpu: string;
  bandwidth: string;
}

/** Undefined if the question has no cards. Throws UsageError for options that contradict each other. */
export function placementOf(placement: AskedPlacement, names: PlacementNames): PlacementQuestion | undefined {
  const { asked, settings, bandwidths = [], ramBytes, marginBytes = MARGIN_BYTES } = placement;
  if (asked === undefined) {
    const wanted = [ramBytes, placement.marginBytes, ...Object.values(settings)].some((value) => value !== undefined);
    if (wanted)
      throw new UsageError(
        'bad-usage',
        `the options of placement need a card, and there is no ${names.gpu}`,
        CARDS_HINT,
      );
    return undefined;
  }
  const count = asked.devices.length;
  if (bandwidths.length > count + 1) {
    const message = `${names.bandwidth}: ${bandwidths.length} speeds for ${count} ${count === 1 ? 'card' : 'cards'} and system RAM`;
    throw new UsageError('bad-size', message);
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

/** Throws UsageError for options that llama.cpp would refuse for this model, and for an option that would change nothing. */
export function requirePlaceable(model: Model, { devices, settings }: PlacementQuestion): void {
  const [fault] = placementFaults(model, devices, settings);
  if (fault === undefined) return;
  const hint = /matches/.test(fault) ? 'gguf-explain tensors MODEL lists the names of tensors' : undefined;
  throw new UsageError('bad-placement', fault.replace(/\.$/, ''), hint);
}
