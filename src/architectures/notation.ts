/**
 * The notation of inventories: which tensors a model of an architecture must have, and which it may have. The inventories are in the files
 * of the families; model/inventory/required-tensors.ts compares a file with them.
 *
 * Names are written in one string, separated by spaces. `attn_norm` means `attn_norm.weight`; another suffix follows a colon
 * (`attn_q:bias`), and `ssm_a:-` has no suffix. `?` marks a tensor that may be missing. `a|b+c` means either `a`, or `b` and `c` together;
 * `a+b?` means both or neither, and `a` decides.
 */

import type { Condition } from './conditions.js';

/** Names in the notation, or names that depend on the hyperparameters of the model. */
export type Wanted = string | Choice;

export interface Choice {
  condition: Condition;
  /** Names if the condition holds, and if it does not. */
  yes: readonly Wanted[];
  no: readonly Wanted[];
}

/** Consecutive layers with one name prefix: `blk.0`, `blk.1`, … */
export interface Stack {
  /** The part of the tensor names before the layer number: `blk`, `enc.blk`. */
  trunk: string;
  /**
   * Which layers it has: all, those before the layers for next-token prediction (`main`), the layers for next-token prediction, or the
   * number under a key (multiplied by `times`).
   */
  layers: 'all' | 'main' | 'next-token' | { count: string; times?: number };
  each: readonly Wanted[];
  /** Whether a file may leave out the whole stack. */
  mayBeAbsent: boolean;
}

/** The tensors of an architecture. */
export interface Inventory {
  /** Tensors outside the layers. */
  whole: readonly Wanted[];
  stacks: readonly Stack[];
}

/** Names that depend on a condition. */
export function when(condition: Condition, yes: string | Wanted[], no: string | Wanted[] = []): Choice {
  return { condition, yes: [yes].flat(), no: [no].flat() };
}

/**
 * Keys that a loader demands, without the prefix of the architecture (except `whole` ones); some are demanded only if a condition holds.
 */
export type KeyDemand = string | { whole: string } | { condition: Condition; keys: readonly string[] };

/** Keys that are demanded only if a condition holds. */
export function where(condition: Condition, ...keys: string[]): KeyDemand {
  return { condition, keys };
}

/** An architecture with one stack of layers, `blk`. */
export function layers(whole: string | Wanted[], ...each: Wanted[]): Inventory {
  return { whole: [whole].flat(), stacks: [{ trunk: 'blk', layers: 'all', each, mayBeAbsent: false }] };
}

/**
 * An architecture whose last layers (`nextn_predict_layers` of `block_count`) predict more than one token. `mayLack` says which of the two
 * stacks may be missing from a file that llama.cpp accepts: a draft model may have only the last layers.
 */
export function withNextToken(
  { whole, stacks }: Inventory,
  each: Wanted[],
  mayLack: 'either' | 'trunk' | 'next-token' | 'neither' = 'either',
): Inventory {
  const [{ each: main }] = stacks as [Stack];
  return {
    whole,
    stacks: [
      { trunk: 'blk', layers: 'main', each: main, mayBeAbsent: mayLack === 'either' || mayLack === 'trunk' },
      { trunk: 'blk', layers: 'next-token', each, mayBeAbsent: mayLack === 'either' || mayLack === 'next-token' },
    ],
  };
}
