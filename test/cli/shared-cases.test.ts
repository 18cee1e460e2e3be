/**
 * Files that people reported, and hostile files, from the folder beside the project: for each command, the words that its answer must and
 * must not contain.
 */

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_FOLDER, run } from './run.js';

const CASES = join(dirname(PROJECT_FOLDER), 'shared', 'cases');

interface Case {
  file: string;
  /** The command, with `FILE` where the file goes. */
  line?: string;
  code: number;
  /** Parts of the output, with line breaks replaced by spaces. */
  says: readonly string[];
  never?: readonly string[];
}

const TABLE: readonly Case[] = [
  {
    file: 'qwen35-sections3.gguf',
    code: 1,
    says: ['array-length-wrong', 'has 3 values; the loader of llama.cpp accepts exactly 4'],
  },
  {
    file: 'charsmap-i32.gguf',
    code: 1,
    says: ['error key-wrong-type', 'precompiled_charsmap is of type array of i32', 'array of i8 or u8'],
  },
  {
    file: 'norm-q8_0.gguf',
    code: 1,
    says: ['error vector-in-blocks', 'is a vector of type Q8_0', 'stops at the first token'],
  },
  { file: 'happy-qwen3vl-32b.gguf', code: 0, says: ['pass'], never: ['adapter', 'warning', 'missing'] },
  {
    file: 'happy-qwen3vl-32b.gguf',
    line: 'explain FILE',
    code: 0,
    says: ['control vector', '--control-vector', '× 63', 'FINDINGS none'],
    never: ['IN OTHER FORMATS', 'learned weights', 'memory'],
  },
  {
    file: 'cvec-direction-0.gguf',
    code: 1,
    says: ['error control-vector-layer', 'direction.0 is for layer 0, but layers are counted from 1'],
    never: ['lora'],
  },
  { file: 'Tiny.imatrix.gguf', code: 0, says: ['pass'], never: ['no-architecture', 'warning'] },
  {
    file: 'Tiny.imatrix.gguf',
    line: 'explain FILE',
    code: 0,
    says: ['importance matrix', '14 matrices', '130 chunks of 512 tokens', 'calibration_datav3.txt', '128 inputs'],
    never: ['IN OTHER FORMATS', 'learned weights', 'no architecture ·', 'gguf-explain memory'],
  },
  {
    file: 'imatrix.dat',
    line: 'explain FILE',
    code: 2,
    says: [
      'an importance matrix in the format of llama.cpp from before 2025',
      '2 entries',
      'not a model',
      'llama-quantize',
    ],
  },
  {
    file: 'resumed-200.gguf',
    code: 1,
    says: ['error second-gguf', 'a second GGUF begins at byte 101,299', 'download the file again, without resuming'],
  },
  {
    file: 'prealloc-holes.gguf',
    code: 1,
    says: ['error empty-data', 'bytes 84,416–168,832 are all zero', 'download is unfinished'],
  },
  {
    file: 'llama-cat.gguf',
    code: 1,
    says: ['error second-gguf', 'shards of a split model', 'llama-gguf-split --merge'],
  },
  {
    file: 'model.gguf-split-a',
    code: 1,
    says: ['data-truncated', 'nothing is lost', 'join all parts'],
    never: ['download the file again', 'download it again'],
  },
  { file: 'model.gguf-split-b', code: 2, says: ['not-gguf'] },
  { file: 'zerank-2.F16.gguf', code: 0, says: ['warning ranking-head-missing', 'its scores are meaningless'] },
  { file: 'ok-tiny.gguf', code: 0, says: ['pass'], never: ['error'] },
  {
    file: 'ok-tiny.gguf',
    line: 'hash FILE --verify ok-tiny.sha256',
    code: 0,
    says: ['equal the whole file (sha256)'],
    never: ['DIFFERS'],
  },
  {
    file: 'hostile/arch-ansi.gguf',
    line: 'explain FILE',
    code: 0,
    says: ['PWNED'],
    never: ['\u001b', '\u0007'],
  },
  { file: 'hostile/redos-dots-256k.gguf', code: 1, says: ['template-network'] },
  {
    file: 'hostile/workflow-command.gguf',
    line: 'check FILE --format junit',
    code: 1,
    says: ['injected'],
    never: ['\n::'],
  },
  { file: 'hostile/workflow-command.gguf', line: 'metadata FILE', code: 0, says: ['injected'], never: ['\n::'] },
];

describe.skipIf(!existsSync(CASES))('a file that was reported (needs the shared folder)', () => {
  it.each(TABLE.map((row) => [row.file, row.line ?? 'check FILE', row] as const))('%s: %s', (file, line, row) => {
    const words = line.split(' ').map((word) => {
      if (word === 'FILE') return join(CASES, file);
      return word.endsWith('.sha256') ? join(CASES, word) : word;
    });
    const { stdout, stderr, code } = run(words, { columns: 100 });
    const printed = stdout + stderr;
    const flowing = printed.replaceAll(/\s+/g, ' ');
    expect({ code, missing: row.says.filter((part) => !flowing.includes(part)) }).toEqual({
      code: row.code,
      missing: [],
    });
    expect((row.never ?? []).filter((part) => printed.includes(part))).toEqual([]);
  });

  it('hostile/scan-totalBytes-over-2-53.gguf: memory is a refusal, or a number that the schema has', () => {
    const { stdout, code } = run(['memory', join(CASES, 'hostile/scan-totalBytes-over-2-53.gguf'), '--json']);
    const numbers = [...stdout.matchAll(/"(?:totalBytes|cacheBytes|bytes)": ?(\d+)/g)].map(([, number]) =>
      Number(number),
    );
    expect(code === 0 || code === 2).toBe(true);
    expect(numbers.filter((number) => !Number.isSafeInteger(number))).toEqual([]);
  });
});
