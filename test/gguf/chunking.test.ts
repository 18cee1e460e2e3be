/**
 * One decoder, any source: the same bytes give the same result from memory and from a stream in pieces of any size.
 *
 * With the size known in advance the results are equal in everything. Without it they differ only in what depends on the end of the file:
 * the size itself, the findings about missing and surplus data, and the bytes of a last tensor whose type has no known size. With the size
 * known, errors are equal in code and offset; without it, they are the same for all sizes of pieces.
 */

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DATA_END_CHECKS } from '../../src/checks/format/data-end.js';
import type { GgufFile } from '../../src/gguf/decode.js';
import { FIXTURES } from '../support/fixtures/index.js';
import { formatFindings, type Outcome, outcome, outcomeOf, read, readStream } from '../support/reading.js';
import { WRITTEN_BY_LLAMA_CPP } from '../support/reference.js';

const PIECES = [7, 4093, Number.MAX_SAFE_INTEGER];
/** Reading in pieces of 1 or 7 bytes takes long, so only smaller files are read in such pieces. */
const SMALL_BYTES = 64 * 1024;
const piecesFor = (bytes: Uint8Array) => (bytes.length < SMALL_BYTES ? [1, ...PIECES] : PIECES.slice(1));

/** Results that depend on the end of the file. */
const ABOUT_THE_END: ReadonlySet<string> = new Set(DATA_END_CHECKS.map(({ code }) => code));

/** Files whose last tensor has an id that two formats use; only the end of the file shows which one it is. */
const TYPE_TOLD_BY_THE_END = new Set([
  'fork-tensor-type--bitnet',
  'fork-tensor-type--ik-llama-withdrawn',
  'fork-tensor-type--prism-id-42',
  'fork-tensor-type--turboquant',
]);

/** A file with the findings of the rules. */
const judged = (file: GgufFile): GgufFile => ({ ...file, findings: formatFindings(file) });

function withoutEnd(file: GgufFile): GgufFile {
  const last = Math.max(...file.tensors.map(({ dataOffset }) => dataOffset));
  return {
    ...file,
    size: undefined,
    findings: file.findings.filter(({ code }) => !ABOUT_THE_END.has(code)),
    tensors: file.tensors.map((tensor) =>
      tensor.bytesAre === 'exact' || tensor.dataOffset < last
        ? tensor
        : { ...tensor, bytes: null, bytesAre: 'unknown' },
    ),
  };
}

describe.each(FIXTURES.filter(({ folder }) => folder !== 'broken'))('$folder/$name', ({ name, bytes }) => {
  const whole = read(bytes);

  it('is the same in pieces of any size, size known', async () => {
    for (const piece of piecesFor(bytes))
      expect(await readStream(bytes, piece, bytes.length), `${piece}`).toEqual(whole);
  });

  it('is the same in pieces of any size, size unknown', async () => {
    const sizeless = await readStream(bytes, bytes.length);
    for (const piece of piecesFor(bytes)) expect(await readStream(bytes, piece), `${piece}`).toEqual(sizeless);
    expect(sizeless.size).toBeUndefined();
    if (!TYPE_TOLD_BY_THE_END.has(name)) expect(judged(sizeless)).toEqual(withoutEnd(judged(whole)));
  });
});

describe.each(FIXTURES.filter(({ folder }) => folder === 'broken'))('$folder/$name', ({ bytes, errorOfStream }) => {
  const whole = outcome(() => read(bytes));

  it('ends in the same error in pieces of any size, size known', async () => {
    for (const piece of piecesFor(bytes)) {
      expect(await outcomeOf(readStream(bytes, piece, bytes.length)), `${piece}`).toEqual(whole);
    }
  });

  it('ends in the same error in pieces of any size, size unknown', async () => {
    const sizeless = await outcomeOf(readStream(bytes, Math.max(1, bytes.length)));
    for (const piece of piecesFor(bytes))
      expect(await outcomeOf(readStream(bytes, piece)), `${piece}`).toEqual(sizeless);
    expect(sizeless).toMatchObject({ code: errorOfStream });
    expect(offsetOf(sizeless)).toBeLessThanOrEqual(bytes.length);
  });
});

function offsetOf(result: Outcome): number {
  return 'offset' in result ? result.offset : Number.NaN;
}

describe('files that llama.cpp wrote', () => {
  it.each(WRITTEN_BY_LLAMA_CPP.map((path) => ({ name: basename(path), path })))('$name', async ({ path }) => {
    const bytes = readFileSync(path);
    const whole = read(bytes);
    for (const piece of piecesFor(bytes))
      expect(await readStream(bytes, piece, bytes.length), `${piece}`).toEqual(whole);
    expect(judged(await readStream(bytes, 4093))).toEqual(withoutEnd(judged(whole)));
  });
});
