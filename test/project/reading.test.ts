/** A model is opened and its tensor data is read in few places: any other place would have to repeat their rules. */

import { describe, expect, it } from 'vitest';
import { SOURCE } from './source.js';

/** Files outside of io/ whose text matches. */
function filesWith(pattern: RegExp): string[] {
  return SOURCE.filter(({ path, text }) => !path.startsWith('io/') && pattern.test(text)).map(({ path }) => path);
}

describe('a model', () => {
  it('is opened by one module, whose synchronous half is for headers; a browser has its own', () => {
    const header = ['gguf/decode.ts', 'open/read-header.ts', 'web/address.ts', 'web/sources.ts'];
    expect(filesWith(/\bdecodeHeader\(/)).toEqual(header);
    expect(filesWith(/\bnew ForwardStream\(/)).toEqual(['open/open-model.ts', 'open/read-header.ts']);
    expect(filesWith(/\b(?:httpBlocks|joinBlocks|memoryBlocks)\(/)).toEqual(['open/open-model.ts', 'web/sources.ts']);
  });

  it('is reopened by threads, which receive its location', () => {
    expect(filesWith(/\bopenBlocks\(/)).toEqual([
      'inference/matmul-job.ts',
      'open/open-model.ts',
      'tensor-data/hash-job.ts',
      'tensor-data/value-pieces.ts',
    ]);
  });
});

describe('the data of a tensor', () => {
  it('is described in one place, which decides why it cannot be read', () => {
    expect(filesWith(/\bblockFormat\([^)]*\) [!=]== undefined/)).toEqual(['tensor-data/tensor-data.ts']);
    expect(filesWith(/\bMOST_TIMES_READ\b/)).toEqual(['tensor-data/tensor-data.ts']);
  });

  it('is read in parts by one reader, and whole by another', () => {
    expect(filesWith(/\breadNow\b/)).toEqual(['tensor-data/read-ahead.ts', 'tensor-data/read-blocks.ts']);
    // Code that compares two files byte by byte, or looks for a second header, does not look at tensors.
    const reading = filesWith(/\b(?:source|blocks|data|a|b)\.read\(/).filter((path) => !path.startsWith('open/'));
    // Bytes that a stream holds after its last tensor do not belong to any tensor.
    const others = ['tensor-data/compare-data.ts', 'tensor-data/file-digests.ts'];
    expect(reading).toEqual([...others, 'tensor-data/read-ahead.ts', 'tensor-data/read-blocks.ts']);
  });

  it('has the words of each reason in one table', () => {
    expect(filesWith(/cannot be decoded to numbers/)).toEqual(['words/unreadable.ts']);
  });
});
