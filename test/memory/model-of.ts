/** Small models in memory: metadata under the prefix of an architecture, and the tensors that a rule looks at. */

import { interpret, type Model } from '../../src/model/model.js';
import { type Entry, list, tensor, text, u32, writeGguf } from '../support/gguf-writer.js';
import { read } from '../support/reading.js';

/** Numbers, or lists with one number for each layer. */
export type Numbers = Readonly<Record<string, number | readonly number[]>>;

export function modelOf(architecture: string, numbers: Numbers, tensors: readonly string[] = []): Model {
  const entries = Object.entries(numbers).map(
    ([key, value]): Entry =>
      typeof value === 'number'
        ? u32(`${architecture}.${key}`, value)
        : list(`${architecture}.${key}`, 'u32', [...value]),
  );
  const metadata = [text('general.architecture', architecture), ...entries];
  return interpret(read(writeGguf({ metadata, tensors: tensors.map((name) => tensor(name, [1])) })));
}
