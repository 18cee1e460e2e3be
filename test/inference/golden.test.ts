/** The computation against llama.cpp's: every share of attention and the ten best scores. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { FIXTURES_FOLDER, SHARED_FOLDER } from '../support/places.js';
import { type Compared, compareCases } from './golden-case.js';

const GOLDEN = join(SHARED_FOLDER, 'golden', 'attention');

/** `trace-gpt2-dense-1.json` → the model that it is of. */
function modelOf(name: string): string {
  const model = name.replace(/-\d+\.json$/, '');
  const own = model.startsWith('trace-') ? ['trace', model.slice('trace-'.length)] : ['tiny-stories', model];
  return join(SHARED_FOLDER, 'gguf', own[0] as string, `${own[1]}.gguf`);
}

/** Sums in another order, and for F16 products that llama.cpp adds up in half precision. */
const TOLERANCE = { F32: 1e-4, F16: 1e-2, quantized: 1e-4 };

function toleranceOf(name: string): number {
  if (name.includes('F16')) return TOLERANCE.F16;
  return name.startsWith('trace-') ? TOLERANCE.F32 : TOLERANCE.quantized;
}

const names = existsSync(GOLDEN) ? readdirSync(GOLDEN).sort() : [];

describe.skipIf(names.length === 0)('the golden cases of ../shared', () => {
  let compared: Compared[];
  beforeAll(() => {
    compared = compareCases(names.map((name) => ({ model: modelOf(name), golden: join(GOLDEN, name) })));
  }, 60_000);

  it('are 21', () => expect(names).toHaveLength(21));

  it.each(names.map((name, i) => ({ name, i })))('$name: the same shares in all heads of all layers', ({ name, i }) => {
    const { golden, attention, share } = compared[i] as Compared;
    expect(share).toBeLessThan(toleranceOf(name));
    expect(attention.attention.map(({ heads }) => heads.map((rows) => rows.map((row) => row.length)))).toEqual(
      golden.attention.map(({ heads }) => heads.map((rows) => rows.map((row) => row.length))),
    );
  });

  it.each(names.map((name, i) => ({ name, i })))('$name: the same ten tokens in the same order', ({ name, i }) => {
    const { golden, flow, logit } = compared[i] as Compared;
    expect(flow.next.map(({ id }) => id)).toEqual(golden.top.map(({ id }) => id));
    expect(logit).toBeLessThan(10 * toleranceOf(name));
  });

  it.each(names.map((name, i) => ({ name, i })))('$name: the same tokens and pieces', ({ i }) => {
    const { golden, attention, flow } = compared[i] as Compared;
    const ids = golden.tokens.map(({ id }) => id);
    expect(attention.tokens.map(({ id }) => id)).toEqual(ids);
    expect(flow.tokens).toEqual(attention.tokens);
    if (golden.prompt.startsWith('ids:')) return;
    expect(attention.tokens).toEqual(golden.tokens);
    expect(flow.next.map(({ piece }) => piece)).toEqual(golden.top.map(({ piece }) => piece));
  });
});

describe('the bundled model', () => {
  const [compared] = compareCases([
    {
      model: join(FIXTURES_FOLDER, 'tiny-stories-Q4_K_M.gguf'),
      golden: join(FIXTURES_FOLDER, 'trace', 'tiny-stories-Q4_K_M-1.json'),
    },
  ]) as [Compared];

  it('looks at the tokens of "Hello world" as under llama.cpp', () => {
    expect(compared.share).toBeLessThan(1e-4);
    expect(compared.attention.tokens).toEqual(compared.golden.tokens);
  });

  it('says "!" with the same score', () => {
    expect(compared.flow.next[0]).toMatchObject({ id: 650, piece: '!' });
    expect(compared.logit).toBeLessThan(1e-3);
    expect(compared.flow.next.map(({ id }) => id)).toEqual(compared.golden.top.map(({ id }) => id));
  });

  it('gives shares that sum to 1 and probabilities below', () => {
    const rows = compared.attention.attention.flatMap(({ heads }) => heads.flat());
    for (const row of rows) expect(row.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
    const listed = compared.flow.next.reduce((sum, { probability }) => sum + probability, 0);
    expect(listed).toBeGreaterThan(0.99);
    expect(listed).toBeLessThanOrEqual(1);
  });
});
