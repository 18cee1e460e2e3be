/**
 * The book of architectures: the only place where a name under `general.architecture` is looked up. Each family has a file with one entry
 * for each architecture. The names are those of llama.cpp (src/llama-arch.cpp).
 */

import { type Architecture, type Family, isKnown, type NotKnown } from './architecture.js';
import { COHERE } from './cohere.js';
import { COMPANIONS } from './companions.js';
import { DEEPSEEK } from './deepseek.js';
import { DENSE } from './dense.js';
import { ENCODERS } from './encoders.js';
import { ERNIE } from './ernie.js';
import { WITH_EXPERTS } from './experts.js';
import { GEMMA } from './gemma.js';
import { GLM } from './glm.js';
import { GPT } from './gpt.js';
import { GRANITE } from './granite.js';
import { HUNYUAN } from './hunyuan.js';
import { HYBRIDS } from './hybrid.js';
import { LLAMA } from './llama.js';
import { OLMO } from './olmo.js';
import { QWEN } from './qwen.js';
import { RECURRENT } from './recurrent.js';

/**
 * The families in search order, the most common first. A family is built when it is searched, because a page about one model needs only one
 * family.
 */
export const FAMILIES: readonly (() => Family)[] = [
  LLAMA,
  QWEN,
  GEMMA,
  DEEPSEEK,
  GLM,
  GPT,
  GRANITE,
  COHERE,
  OLMO,
  ERNIE,
  HUNYUAN,
  RECURRENT,
  HYBRIDS,
  DENSE,
  WITH_EXPERTS,
  ENCODERS,
  COMPANIONS,
];

const made = new Map<() => Family, Family>();

function entriesOf(family: () => Family): Family {
  let entries = made.get(family);
  if (entries === undefined) {
    entries = family();
    made.set(family, entries);
  }
  return entries;
}

/** Values of `general.architecture` that llama.cpp knows, sorted by name. */
export function knownArchitectures(): string[] {
  return FAMILIES.flatMap((family) => Object.keys(entriesOf(family))).sort();
}

/** The entry of an architecture; null if the book, and so llama.cpp, does not have the name. */
export function architectureOf(name: string | null): Architecture | null {
  if (name === null) return null;
  for (const family of FAMILIES) {
    const entries = entriesOf(family);
    if (Object.hasOwn(entries, name)) return entries[name] ?? null;
  }
  return null;
}

/** The facets that an architecture must have, known or not. */
type FacetName = 'tensors' | 'keys' | 'lengths' | 'cache' | 'forward';

/** One facet of an architecture; null if the facet or the architecture is not known. */
export function facetOf<F extends FacetName>(name: string | null, facet: F): Exclude<Architecture[F], NotKnown> | null {
  const value: Architecture[F] | undefined = architectureOf(name)?.[facet];
  return value === undefined || !isKnown(value) ? null : (value as Exclude<Architecture[F], NotKnown>);
}

/** Whether the program can compute a prompt with this architecture. */
export function isComputed(name: string | null): boolean {
  return facetOf(name, 'forward') !== null;
}
