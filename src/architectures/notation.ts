/**
 * The notation of inventories: which tensors a model of an architecture must have, and which it may have. The
 * inventories stand in the files of the families; model/inventory/required-tensors.ts compares a file with them.
 *
 * Names are written in one string with spaces between them. `attn_norm` is `attn_norm.weight`; another part stands behind a colon
 * (`attn_q:bias`), and `ssm_a:-` has none. `?` says that the tensor may be missing. `a|b+c` is one of: `a`, or `b` and `c`
 * together; `a+b?` is both or none, as `a` tells.
 */

import type { Condition } from './conditions.js';

/** Names in the notation, or names that depend on the numbers of the model. */
export type Wanted = string | Choice;

export interface Choice {
  condition: Condition;
  /** What the layers have where it holds, and where it does not. */
  yes: readonly Wanted[];
  no: readonly Wanted[];
}

/** Layers that follow each other under one trunk, `blk.0`, `blk.1`, … */
export interface Stack {
  /** What stands before the number of the layer: `blk`, `enc.blk`. */
  trunk: string;
  /** Which layers it has: all, those before the ones for next-token prediction, those themselves, or as many (`times`) as a key says. */
  layers: 'all' | 'main' | 'next-token' | { count: string; times?: number };
  each: readonly Wanted[];
  /** Whether a file may leave out the whole stack. */
  mayBeAbsent: boolean;
}

/** What an architecture has. */
export interface Inventory {
  /** What belongs to no layer. */
  whole: readonly Wanted[];
  stacks: readonly Stack[];
}

/** Names that depend on a condition. */
export function when(condition: Condition, yes: string | Wanted[], no: string | Wanted[] = []): Choice {
  return { condition, yes: [yes].flat(), no: [no].flat() };
}

/** Keys that a loader demands, without the prefix of the architecture but for `whole` ones; some only where a condition holds. */
export type KeyDemand = string | { whole: string } | { condition: Condition; keys: readonly string[] };

/** Keys that are demanded on a condition. */
export function where(condition: Condition, ...keys: string[]): KeyDemand {
  return { condition, keys };
}

/** An architecture with one stack of layers, `blk`. */
export function layers(whole: string | Wanted[], ...each: Wanted[]): Inventory {
  return { whole: [whole].flat(), stacks: [{ trunk: 'blk', layers: 'all', each, mayBeAbsent: false }] };
}

/**
 * An architecture whose last layers (`nextn_predict_layers` of `block_count`) predict more than one token. `mayLack` says
 * which of both llama.cpp takes a file without: one that was made for drafts may have the last layers alone.
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
