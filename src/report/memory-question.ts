/** What is asked of `memory`: contexts, settings, cards, and what is loaded with the model. */

import type { ContextOptions } from '../memory/cells.js';
import type { PlacementSettings } from '../memory/placement/devices.js';
import type { Model } from '../model/model.js';
import type { DeviceEntry } from './placement-schema.js';

/** A projector or an adapter that is loaded beside the model, or a draft model. */
export interface LoadedBeside {
  name: string;
  model: Model;
}

export interface MemoryQuestion {
  /** Tokens; empty: the usual lengths up to the trained one. */
  contextLengths: readonly number[];
  settings: Omit<ContextOptions, 'contextLength'>;
  /** Bytes that all together may take. */
  budget?: number | undefined;
  /** Bytes that can be read in a second, where no cards are asked about. */
  bandwidth?: number | undefined;
  /** The cards that it is to run on. */
  placement?: PlacementQuestion | undefined;
  /** What is loaded too: projectors and adapters. */
  companions?: readonly LoadedBeside[];
  /** A model that drafts tokens for this one. */
  draft?: LoadedBeside | undefined;
  /** Whether the layers that predict further tokens are loaded too. */
  mtp?: boolean | undefined;
  /** Pixels of each side of an image, for projectors. */
  imageSize?: number | undefined;
  /** Bytes that a server may keep of former prompts; 0: none. */
  promptCache?: number | undefined;
}

/** The cards that are asked about, and how a user wants things to go. */
export interface PlacementQuestion {
  devices: readonly DeviceEntry[];
  /** Bytes of system RAM, and bytes that are read of it in a second; null where nobody said. */
  ramBytes: number | null;
  ramBandwidth: number | null;
  settings: PlacementSettings;
  /** Bytes that stay free on each card. */
  marginBytes: number;
}

const USUAL_LENGTHS = [4096, 8192, 32_768, 131_072];

/** The contexts that are told where nobody asks for any, up to the trained one. */
export function usualLengths(trained: number | null): number[] {
  if (trained === null) return [USUAL_LENGTHS[0] as number];
  return [...new Set([...USUAL_LENGTHS, trained])].filter((length) => length <= trained).sort((a, b) => a - b);
}
