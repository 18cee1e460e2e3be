/** Every architecture against llama.cpp's own numbers: a small random model each, one per kind of block in every clone. */

import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isComputed } from '../../src/architectures/book.js';
import { metadataValue } from '../../src/gguf/decode.js';
import { readHeader } from '../../src/open/read-header.js';
import { filesIn, ggufFilesIn, SHARED_FOLDER } from '../support/places.js';
import { BLOCKS_FOLDER, pagesText } from '../support/reference.js';
import { compareModel, readGolden } from './compare-model.js';

interface Case {
  name: string;
  model: string;
  golden: string;
}

const casesOf = (models: string, golden: string): Case[] =>
  filesIn(golden, '.json').map((path) => {
    const name = basename(path, '.json').replace(/-\d+$/, '');
    return { name, golden: path, model: join(models, `${name}.gguf`) };
  });

const OWN = casesOf(BLOCKS_FOLDER, BLOCKS_FOLDER);
const SHARED = join(SHARED_FOLDER, 'computed');
const ALL = casesOf(join(SHARED, 'models'), join(SHARED, 'golden'));

/**
 * Limits for the differences: of attention; of scores and vectors, plus a part of the largest, as they are written with six digits; of
 * layers' outputs.
 */
const TOLERANCE = { share: 2e-5, result: 2e-4, part: 1e-5, output: 2e-5 };

/**
 * GELU's input is rounded to a half, since llama.cpp looks GELU up in a table of halves; an input midway between two halves may round the
 * other way.
 */
const HALVES = 'GELU of a number that lies in the middle between two halves';

/** The vector code of AVX-512 takes whole steps of 64 numbers, and a head has 12: it reads the bytes after the tensor. */
const PAST_THE_HEAD = 'llama.cpp reads past heads of 12 numbers (RWKV_WKV7)';

/** The values that llama.cpp names a layer's output are those that the layer adds. */
const ADDED = 'the outputs are named before the addition';

/** The cases that differ, and the reason. Null: not compared. */
const EXCEPTIONS: Readonly<
  Record<string, { why: string; share?: number; result?: number | null; output?: number | null }>
> = {
  'gptneox-dense': { why: HALVES, share: 3e-5 },
  't5-dense': { why: HALVES, share: 5e-5 },
  'cogvlm-dense': { why: 'the scores are those behind the first token', result: null },
  'arwkv7-dense': { why: PAST_THE_HEAD, result: null, output: null },
  'rwkv7-dense': { why: PAST_THE_HEAD, result: null, output: null },
  'gemma3n-dense': {
    why: 'rounding alone moves it by 8e-4: 22 layers of width 16',
    share: 2e-3,
    result: null,
    output: null,
  },
  'nemotron_h-dense': { why: ADDED, output: null },
  'nemotron_h_moe-dense': { why: ADDED, output: null },
  'nemotron_h_moe-moe': { why: ADDED, output: null },
};

async function isDescribed(model: string): Promise<boolean> {
  const file = await readHeader({ kind: 'file', name: model, path: model });
  return isComputed(String(metadataValue(file, 'general.architecture')));
}

const described = await Promise.all([...OWN, ...ALL].map(({ model }) => isDescribed(model)));

/** One test for each case; those whose architecture the book does not describe say so. */
function sameAsLlamaCpp(cases: readonly Case[], from: number): void {
  for (const [i, { name, model, golden }] of cases.entries()) {
    it(name, async ({ skip }) => {
      if (!described[from + i]) return skip('its forward pass is not described');
      const wanted = readGolden(golden);
      const { share, result, output, experts } = await compareModel(model, wanted);
      const exception = EXCEPTIONS[name];
      const largest = Math.max(0, ...wanted.top.map(({ logit }) => Math.abs(logit)));
      expect(share).toBeLessThan(exception?.share ?? TOLERANCE.share);
      if (exception?.result !== null) expect(result).toBeLessThan(Math.max(TOLERANCE.result, TOLERANCE.part * largest));
      if (exception?.output !== null) expect(output).toBeLessThan(TOLERANCE.output);
      expect(experts).toEqual([]);
    });
  }
}

describe('a model for each kind of block', () => {
  it('each has its golden data', () => {
    expect(OWN.map(({ model }) => model)).toEqual(ggufFilesIn(BLOCKS_FOLDER));
  });

  sameAsLlamaCpp(OWN, 0);
});

describe.skipIf(ALL.length === 0)('all architectures (needs ../shared)', () => {
  it('each exception is a case', () => {
    const names = new Set(ALL.map(({ name }) => name));
    expect(Object.keys(EXCEPTIONS).filter((name) => !names.has(name))).toEqual([]);
  });

  it('have the number that the pages state', () => {
    expect(pagesText()).toContain(`in ${ALL.length} cases of one small random model each`);
  });

  sameAsLlamaCpp(ALL, OWN.length);
});
