/**
 * All types of llama.cpp, and the unions of type names that key other tables, so that the compiler requires an entry there for each new
 * row.
 */

import { FEW_LEVELS } from './few-levels.js';
import { I_QUANTS } from './i-quants.js';
import { K_QUANTS } from './k-quants.js';
import { LEGACY } from './legacy.js';
import { PLAIN_NUMBERS } from './plain-numbers.js';
import type { LlamaCppRow } from './tensor-type.js';

const ROWS = { ...PLAIN_NUMBERS, ...LEGACY, ...K_QUANTS, ...I_QUANTS, ...FEW_LEVELS };
type Rows = typeof ROWS;

/** The name of a type of llama.cpp. */
export type TensorTypeName = keyof Rows;

/** The names of the types with this value in a facet. */
type With<Facet extends 'kernel' | 'cache', Value> = {
  [Name in TensorTypeName]: Rows[Name][Facet] extends Value ? Name : never;
}[TensorTypeName];

/** The types whose numbers can be read, those that WebAssembly reads, and those that a KV cache can have. */
export type ReadableTypeName = With<'kernel', string>;
export type WebAssemblyTypeName = With<'kernel', 'webassembly'>;
export type CacheTypeName = With<'cache', true>;

type Labels<Name extends TensorTypeName> = Rows[Name]['fileTypes'];
type WrittenLabels<Name extends TensorTypeName> = {
  [Label in keyof Labels<Name>]: Labels<Name>[Label] extends
    | { written: false }
    | { status: 'removed' }
    | { fork: string }
    ? never
    : Label;
}[keyof Labels<Name>];

/** The file types that llama.cpp's quantizer writes. */
export type WrittenFileType = { [Name in TensorTypeName]: WrittenLabels<Name> }[TensorTypeName];

/** The check also requires every fallback to be one of these types. */
export const LLAMA_CPP = ROWS satisfies Record<TensorTypeName, LlamaCppRow & { fallback: TensorTypeName | null }>;
