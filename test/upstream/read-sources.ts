/** Reads the names and numbers from a llama.cpp source tree, from its tables by their form. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The names in the sources, by kind; with a number where a name has one. */
export interface SourceFacts {
  architectures: Set<string>;
  /** As the loader writes them, with `{}` for the number of a layer: `blk.{}.attn_q`. */
  tensorNames: Set<string>;
  /** Metadata keys with `{arch}` for the architecture: `{arch}.block_count`. */
  keys: Set<string>;
  tensorTypes: Map<string, number>;
  fileTypes: Map<string, number>;
  tokenizers: Set<string>;
  preTokenizers: Set<string>;
  projectors: Set<string>;
  limits: Map<string, number>;
  /** By architecture, the keys that its loader always requires, without their prefix. */
  demands: Map<string, Set<string>>;
}

/** Throws where the folder is not a source tree of llama.cpp. */
export function readSources(folder: string): SourceFacts {
  const read = (path: string) => {
    const file = join(folder, path);
    if (!existsSync(file)) throw new Error(`${folder} has no ${path}: it is no source tree of llama.cpp`);
    return withoutComments(readFileSync(file, 'utf8'));
  };
  const table = read('src/llama-arch.cpp');
  const vocabulary = read('src/llama-vocab.cpp');
  const architectures = pairs(table, 'LLM_ARCH');
  const keys = pairs(table, 'LLM_KV');
  architectures.delete('LLM_ARCH_UNKNOWN');
  return {
    architectures: new Set(architectures.values()),
    tensorNames: new Set([...pairs(table, 'LLM_TENSOR').values()].map((name) => name.replaceAll('%d', '{}'))),
    keys: new Set([...keys.values()].map((key) => key.replace('%s', '{arch}'))),
    tensorTypes: numbered(read('ggml/include/ggml.h'), /\bGGML_TYPE_(\w+)\s*=\s*(\d+)/g, ['COUNT']),
    fileTypes: numbered(read('include/llama.h'), /\bLLAMA_FTYPE_(?:ALL|MOSTLY)_(\w+)\s*=\s*(\d+)/g),
    tokenizers: words(vocabulary, /tokenizer_model\s*==\s*"([^"]+)"/g),
    preTokenizers: words(vocabulary, /tokenizer_pre\s*==\s*"([^"]+)"/g),
    projectors: new Set(pairs(read('tools/mtmd/clip-impl.h'), 'PROJECTOR_TYPE').values()),
    limits: limitsOf(['ggml/include/ggml.h', 'ggml/include/gguf.h', 'ggml/src/gguf.cpp'].map(read).join('\n'), [
      read('src/llama-hparams.h'),
      read('src/llama-cparams.h'),
    ]),
    demands: demandsOf(folder, read, architectures, keys),
  };
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/[^\n]*/g, '');
}

/** Rows of a table, `{ LLM_ARCH_LLAMA, "llama" }`. */
function pairs(text: string, prefix: string): Map<string, string> {
  const rows = text.matchAll(new RegExp(`\\{\\s*(${prefix}_\\w+)\\s*,\\s*"([^"]+)"\\s*\\}`, 'g'));
  return new Map([...rows].map(([, name, value]) => [name as string, value as string]));
}

function words(text: string, pattern: RegExp): Set<string> {
  return new Set([...text.matchAll(pattern)].map(([, word]) => word as string));
}

function numbered(text: string, pattern: RegExp, without: readonly string[] = []): Map<string, number> {
  const rows = [...text.matchAll(pattern)].map(([, name, id]) => [name as string, Number(id)] as const);
  return new Map(rows.filter(([name]) => !without.includes(name)));
}

/** Products of numbers, as `#define GGUF_MAX_STRING_LENGTH (1024*1024*1024)`. */
function limitsOf(ggml: string, llama: readonly string[]): Map<string, number> {
  const rows = [ggml, ...llama].join('\n').matchAll(/#\s*define\s+(\w+)\s+\(?(\d+(?:\s*\*\s*\d+)*)\)?\s*$/gm);
  return new Map(
    [...rows].map(([, name, product]) => [
      name as string,
      (product as string).split('*').reduce((value, factor) => value * Number(factor), 1),
    ]),
  );
}

/** The keys that each architecture's loader reads as required, outside of any condition. */
function demandsOf(
  folder: string,
  read: (path: string) => string,
  architectures: ReadonlyMap<string, string>,
  keys: ReadonlyMap<string, string>,
): Map<string, Set<string>> {
  const classes = new Map<string, string>();
  const made = read('src/llama-model.cpp').matchAll(/((?:case\s+LLM_ARCH_\w+\s*:\s*)+)return\s+new\s+(\w+)\(/g);
  for (const [, cases = '', name = ''] of made) {
    for (const [constant] of cases.matchAll(/LLM_ARCH_\w+/g)) classes.set(architectures.get(constant) ?? '', name);
  }
  const parents = new Map(
    [...read('src/models/models.h').matchAll(/struct\s+(\w+)\s*:\s*public\s+(\w+)/g)].map(([, name, parent]) => [
      name as string,
      parent as string,
    ]),
  );
  const bodies = new Map<string, string>();
  for (const file of readdirSync(join(folder, 'src/models')).filter((name) => name.endsWith('.cpp'))) {
    const text = read(join('src/models', file));
    for (const match of text.matchAll(/void\s+(\w+)::load_arch_hparams\([^)]*\)\s*\{/g)) {
      bodies.set(match[1] as string, bodyFrom(text, match.index + match[0].length));
    }
  }
  const bodyOf = (name: string | undefined): string =>
    name === undefined ? '' : (bodies.get(name) ?? bodyOf(parents.get(name)));
  return new Map([...classes].map(([architecture, name]) => [architecture, demandedIn(bodyOf(name), keys)]));
}

/** The text up to the bracket that closes the one at `start`. */
function bodyFrom(text: string, start: number): string {
  let depth = 1;
  let end = start;
  while (depth > 0 && end < text.length) depth += ({ '{': 1, '}': -1 } as const)[text[end++] as '{'] ?? 0;
  return text.slice(start, end - 1);
}

function demandedIn(body: string, keys: ReadonlyMap<string, string>): Set<string> {
  const found = new Set<string>();
  let depth = 0;
  for (const statement of body.split(/(?<=[;{}])/)) {
    const call = /^\s*ml\.(?:get_key|get_key_or_arr|get_arr|get_arr_n)\((.*)\)\s*;$/s.exec(statement)?.[1];
    const key = keys.get(/LLM_KV_\w+/.exec(call ?? '')?.[0] ?? '');
    if (depth === 0 && key !== undefined && !/,\s*(?:false|0)\s*$/.test(call ?? '')) found.add(key.replace('%s.', ''));
    depth += (statement.match(/\{/g)?.length ?? 0) - (statement.match(/\}/g)?.length ?? 0);
  }
  return found;
}
