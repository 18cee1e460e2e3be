/** Compares the facts in this project with the names in a source tree of llama.cpp: those that are new there, gone, or changed. */

import { facetOf, knownArchitectures } from '../../src/architectures/book.js';
import { FILE_TYPES } from '../../src/formats/file-types.js';
import { TENSOR_TYPES } from '../../src/formats/tensor-types.js';
import { DEFAULT_ALIGNMENT, MAX_DIMENSIONS, MAX_LENGTH, MAX_TENSOR_NAME_BYTES } from '../../src/gguf/limits.js';
import { classify } from '../../src/model/classify.js';
import { knownKey } from '../../src/model/metadata-key.js';
import { PROJECTOR_TYPES } from '../../src/model/projectors.js';
import { PRE_TOKENIZERS, TOKENIZERS } from '../../src/model/tokenizers.js';
import { MOST_EXPERTS, MOST_LAYERS, MOST_SEQUENCES } from '../../src/words/llama-cpp.js';
import type { SourceFacts } from './read-sources.js';

export interface Difference {
  /** A kind of facts to compare, and the file in which a new one is added. */
  what: string;
  where: string;
  /** How many of them the sources name. */
  count: number;
  fresh: readonly string[];
  gone: readonly string[];
  changed: readonly string[];
}

export function compareWith(facts: SourceFacts): Difference[] {
  return [
    names('architectures', 'src/architectures/', facts.architectures, new Set(knownArchitectures())),
    {
      ...names('tensor names', 'src/model/module-roles.ts', facts.tensorNames, facts.tensorNames),
      fresh: [...facts.tensorNames].filter(
        (name) => classify(`${name.replaceAll('{}', '0')}.weight`).role === 'unknown',
      ),
    },
    {
      ...names('metadata keys', 'src/words/metadata-key-words.ts', facts.keys, facts.keys),
      fresh: [...facts.keys].filter(
        (key) => knownKey(key.replace('{arch}', 'model'), 'model') === undefined && !isPattern(key),
      ),
    },
    numbers('ggml types', 'src/formats/types/', facts.tensorTypes, ofLlamaCpp(TENSOR_TYPES)),
    numbers('file types', 'src/formats/types/', facts.fileTypes, ofLlamaCpp(FILE_TYPES)),
    names('tokenizers', 'src/model/tokenizers.ts', facts.tokenizers, TOKENIZERS),
    names('pre-tokenizers', 'src/model/tokenizers.ts', facts.preTokenizers, PRE_TOKENIZERS),
    names('projector types', 'src/model/projectors.ts', facts.projectors, PROJECTOR_TYPES),
    numbers('limits', 'src/gguf/limits.ts, src/words/llama-cpp.ts', only(facts.limits, LIMITS), LIMITS),
    demands(facts.demands),
  ];
}

const LIMITS: ReadonlyMap<string, number> = new Map([
  ['GGUF_VERSION', 3],
  ['GGUF_DEFAULT_ALIGNMENT', DEFAULT_ALIGNMENT],
  ['GGUF_MAX_STRING_LENGTH', MAX_LENGTH],
  ['GGUF_MAX_ARRAY_ELEMENTS', MAX_LENGTH],
  ['GGML_MAX_DIMS', MAX_DIMENSIONS],
  ['GGML_MAX_NAME', MAX_TENSOR_NAME_BYTES + 1],
  ['LLAMA_MAX_LAYERS', MOST_LAYERS],
  ['LLAMA_MAX_EXPERTS', MOST_EXPERTS],
  ['LLAMA_MAX_SEQ', MOST_SEQUENCES],
]);

/** Keys that are put together while the program runs: `split.{}`. */
const isPattern = (key: string) => key.includes('%');

function names(what: string, where: string, theirs: ReadonlySet<string>, ours: ReadonlySet<string>): Difference {
  const fresh = [...theirs].filter((name) => !ours.has(name));
  const gone = [...ours].filter((name) => !theirs.has(name));
  return { what, where, count: theirs.size, fresh, gone, changed: [] };
}

function numbers(
  what: string,
  where: string,
  theirs: ReadonlyMap<string, number>,
  ours: ReadonlyMap<string, number>,
): Difference {
  const changed = [...theirs].flatMap(([name, value]) => {
    const known = ours.get(name);
    return known === undefined || known === value ? [] : [`${name}: ${known} → ${value}`];
  });
  return { ...names(what, where, new Set(theirs.keys()), new Set(ours.keys())), changed };
}

function ofLlamaCpp(rows: readonly { name: string; id: number; status?: string; fork?: string | undefined }[]) {
  return new Map(rows.flatMap(({ name, id, status }) => (status === 'current' ? [[name, id] as const] : [])));
}

function only(theirs: ReadonlyMap<string, number>, ours: ReadonlyMap<string, number>): Map<string, number> {
  return new Map([...theirs].filter(([name]) => ours.has(name)));
}

/** Required keys of loaders. Leaves out keys that the book requires only on a condition, and loaders that require nothing themselves. */
function demands(theirs: SourceFacts['demands']): Difference {
  const all = [...theirs].flatMap(([architecture, keys]) => {
    const facet = facetOf(architecture, 'keys');
    return facet === null ? [] : [{ architecture, keys, facet }];
  });
  const told = (keep: (entry: (typeof all)[number]) => readonly string[]) =>
    all.flatMap((entry) => {
      const keys = keep(entry);
      return keys.length === 0 ? [] : [`${entry.architecture}: ${keys.join(', ')}`];
    });
  const ours = (facet: (typeof all)[number]['facet']) =>
    facet.flatMap((demand) => (typeof demand === 'string' ? [demand] : 'whole' in demand ? [demand.whole] : []));
  return {
    what: 'keys that loaders demand',
    where: 'src/architectures/',
    count: all.length,
    fresh: told(({ keys, facet }) => [...keys].filter((key) => !ours(facet).includes(key))),
    gone: told(({ architecture, keys, facet }) =>
      ours(facet).filter((key) => !keys.has(key) && BEYOND[architecture]?.includes(key) !== true),
    ),
    changed: [],
  };
}

/** Requirements outside of a loader's own list of keys: in a condition, in the common part, in a separate error. */
const BEYOND: Readonly<Record<string, readonly string[]>> = {
  'ernie4_5-moe': ['expert_feed_forward_length', 'interleave_moe_layer_step'],
  dflash: ['target_layers'],
  eagle3: ['target_layers'],
  'wavtokenizer-dec': [
    ...['features_length', 'posnet.embedding_length', 'posnet.block_count'],
    ...['convnext.embedding_length', 'convnext.block_count'],
  ],
};
