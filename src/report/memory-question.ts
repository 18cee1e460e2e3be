/** The question for `memory`: contexts, settings, cards, and what is loaded with the model. */

import type { ContextOptions } from '../memory/cells.js';
import type { PlacementSettings } from '../memory/placement/devices.js';
import type { Model } from '../model/model.js';
import type { DeviceEntry } from './placement-schema.js';

/** A projector, an adapter or a draft model that is loaded with the model. */
export interface LoadedBeside {
  name: string;
  model: Model;
}

export interface MemoryQuestion {
  /** In tokens. Empty: the usual lengths up to the trained one. */
  contextLengths: readonly number[];
  settings: Omit<ContextOptions, 'contextLength'>;
  /** Bytes available for everything together. */
  budget?: number | undefined;
  /** Memory bandwidth in bytes per second, if there are no cards. */
  bandwidth?: number | undefined;
  /** The cards to run on. */
  placement?: PlacementQuestion | undefined;
  /** Projectors and adapters that are loaded with the model. */
  companions?: readonly LoadedBeside[];
  /** A model that drafts tokens for this one. */
  draft?: LoadedBeside | undefined;
  /** Whether the layers that predict further tokens are also loaded. */
  mtp?: boolean | undefined;
  /** Pixels of each side of a square image, for projectors. */
  imageSize?: number | undefined;
  /** Bytes that a server may keep of earlier prompts; 0: none. */
  promptCache?: number | undefined;
}

/** The cards, and the user's wishes about the placement. */
export interface PlacementQuestion {
  devices: readonly DeviceEntry[];
  /** Bytes of system RAM, and its bandwidth in bytes per second; null if not given. */
  ramBytes: number | null;
  ramBandwidth: number | null;
  settings: PlacementSettings;
  /** Bytes to leave free on each card. */
  marginBytes: number;
}

const USUAL_LENGTHS = [4096, 8192, 32_768, 131_072];

/** The default context lengths, up to the trained one. */
export function usualLengths(trained: number | null): number[] {
  if (trained === null) return [USUAL_LENGTHS[0] as number];
  return [...new Set([...USUAL_LENGTHS, trained])].filter((length) => length <= trained).sort((a, b) => a - b);
}
