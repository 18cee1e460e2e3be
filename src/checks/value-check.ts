/** What a check of the numbers is: a rule about the statistics of a model's tensors. They exist only where all data was read. */

import type { Finding } from '../gguf/finding.js';
import type { Model } from '../model/model.js';
import type { Unreadable } from '../words/unreadable.js';

export interface ValueCheck {
  /** The code that its findings carry, and the name of its file. */
  code: Finding['code'];
  judge(model: Model, values: CheckedValues): Finding[];
}

/** What was found out about the numbers of a model. */
export interface CheckedValues {
  /** By index of the tensor; undefined where it was left out, or not reached. */
  statistics: readonly (CheckedStatistics | undefined)[];
  /** Why a tensor was left out, by its index. */
  left: ReadonlyMap<number, Unreadable>;
}

/** The statistics of a tensor, as far as rules ask for them. Those that only finite numbers have are null without any. */
export interface CheckedStatistics {
  count: number;
  zeros: number;
  nans: number;
  infinities: number;
  min: number | null;
  max: number | null;
  rms: number | null;
  /** Whether all numbers are finite and the same. */
  constant: boolean;
  rows: { count: number; zero: number };
  /** Blocks by what is wrong with their scale; null for formats without scales. */
  scales: { blocks: number; zero: number; nan: number; infinite: number } | null;
}
