/** The report of `diff` on two files in memory, made without a process: the same work as the command, except for opening files. */

import { compareMetadata, sameHeaders } from '../../src/gguf/compare-metadata.js';
import { memoryBlocks, memorySource } from '../../src/io/memory-source.js';
import { compareTensors } from '../../src/model/compare-tensors.js';
import { interpret } from '../../src/model/model.js';
import { diffReport } from '../../src/report/diff-report.js';
import type { DiffReport } from '../../src/report/diff-schema.js';
import { compareData } from '../../src/tensor-data/compare-data.js';
import { type Description, writeGguf } from '../support/gguf-writer.js';
import { read } from '../support/reading.js';

export interface ComparedOptions {
  data?: boolean;
  ignored?: (key: string) => boolean;
}

/** Compares two files, given as descriptions or as bytes. */
export async function compared(
  before: Description | Uint8Array,
  after: Description | Uint8Array,
  { data = false, ignored }: ComparedOptions = {},
): Promise<DiffReport> {
  const [a, b] = [opened(before), opened(after)];
  const tensors = compareTensors(a.model.tensors, b.model.tensors);
  return diffReport({
    before: { name: 'before.gguf', model: a.model },
    after: { name: 'after.gguf', model: b.model },
    sameBytes: sameHeaders(a, b) ? 'header' : 'none',
    metadata: compareMetadata(a, b, ignored),
    tensors,
    data: data ? await compareData(a.blocks, b.blocks, tensors.alike) : null,
  });
}

function opened(content: Description | Uint8Array) {
  const bytes = content instanceof Uint8Array ? content : writeGguf(content);
  const file = read(bytes);
  return { file, source: memorySource(bytes), model: interpret(file), blocks: memoryBlocks(bytes) };
}
