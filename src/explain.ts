/** The whole line in one screen: where the bytes are → the header → its meaning → the facts. */

import { remark } from './checks/explain-rules.js';
import type { GgufFile } from './gguf/decode.js';
import type { KeepWhole } from './gguf/reader.js';
import { locate } from './locate/locate.js';
import type { Location } from './locate/location.js';
import { interpret } from './model/model.js';
import { readHeader } from './open/read-header.js';
import { explainReport } from './report/explain-report.js';
import type { ExplainReport } from './report/schema.js';

/** A path, a folder with one model in it, an address, a name of a hub (`hf:owner/repo:Q4_K_M`), bytes in memory, or bytes as they arrive. */
export type Input = string | Uint8Array | AsyncIterable<Uint8Array>;

export interface ReadOptions {
  /** Keys whose values are kept whole, however long: `(key) => key === 'tokenizer.ggml.tokens'`. */
  keepWhole?: KeepWhole;
  /** Headers for the server of an address, and for no other. */
  headers?: Readonly<Record<string, string>>;
}

/**
 * Reads the header of a GGUF file: its metadata and the description of each tensor. Tensor data is never read.
 * Throws GgufError where the file cannot be read as GGUF, LocateError where there is no such file.
 */
export async function readGguf(input: Input, options: ReadOptions = {}): Promise<GgufFile> {
  return await readHeader(locationOf(input, options), { keepWhole: options.keepWhole });
}

function locationOf(input: Input, { headers = {} }: ReadOptions): Location {
  if (typeof input === 'string') return locate(input, () => headers);
  if (input instanceof Uint8Array) return { kind: 'memory', name: 'model', path: null, bytes: input };
  return { kind: 'stream', name: 'model', path: null, chunks: input };
}

/**
 * Explains a model: what its tensors are for, how large they are and in which format, and what is computed instead.
 * `name` is how the report calls it; a path names itself. Throws as `readGguf` does.
 */
export async function explain(
  input: Input,
  name = typeof input === 'string' ? input : 'model',
): Promise<ExplainReport> {
  return explainFile(await readGguf(input), name);
}

/** The report on a header that has been read. Only a split model has to be waited for: what is to be said of it is loaded late. */
export function explainFile(file: GgufFile, name: string): ExplainReport | Promise<ExplainReport> {
  const model = interpret(file);
  const { set } = file;
  if (set === undefined) return explainReport(name, model, remark(model));
  return import('./checks/explain-set-rules.js').then(({ remarkSet }) =>
    explainReport(name, model, remarkSet(model, set)),
  );
}
