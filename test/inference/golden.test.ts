/** The computation against llama.cpp's: every share of attention and the ten best scores. */

import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { FIXTURES_FOLDER, filesIn, ggufFilesIn, SHARED_FOLDER } from '../support/places.js';
import { COMPUTED_FOLDER, pagesText } from '../support/reference.js';
import { type Compared, compareCases } from './golden-case.js';

const BUNDLED = 'tiny-stories-Q4_K_M';

interface Case {
  name: string;
  model: string;
  golden: string;
}

/** `gpt2-dense-1.json` → the name of its model. */
function casesIn(folder: string, modelOf: (name: string) => string): Case[] {
  return filesIn(folder, '.json').map((golden) => {
    const name = basename(golden, '.json');
    return { name, golden, model: modelOf(name.replace(/-\d+$/, '')) };
  });
}

const OWN = casesIn(COMPUTED_FOLDER, (name) =>
  join(name === BUNDLED ? FIXTURES_FOLDER : COMPUTED_FOLDER, `${name}.gguf`),
);

/** Models of 50 MB: two more architectures, and the bundled model in F16 and Q8_0. */
const LARGE = casesIn(join(SHARED_FOLDER, 'golden', 'attention'), (name) => {
  const folder = name.startsWith('trace-') ? 'trace' : 'tiny-stories';
  return join(SHARED_FOLDER, 'gguf', folder, `${name.replace(/^trace-/, '')}.gguf`);
}).filter(({ name }) => !name.startsWith(BUNDLED));

const LARGE_CASES = 18;

/** Tolerances: sums are added in another order, and for F16 llama.cpp adds products in half precision. */
const TOLERANCE = { F32: 1e-4, F16: 1e-2 };
const toleranceOf = (name: string) => (name.includes('F16') ? TOLERANCE.F16 : TOLERANCE.F32);

function sameAsLlamaCpp(cases: readonly Case[]): void {
  let compared: Compared[];
  beforeAll(() => {
    compared = compareCases(cases);
  }, 60_000);

  it.each(cases.map(({ name }, i) => ({ name, i })))(
    '$name: the same shares in all heads of all layers',
    ({ name, i }) => {
      const { golden, attention, share } = compared[i] as Compared;
      expect(share).toBeLessThan(toleranceOf(name));
      expect(attention.attention.map(({ heads }) => heads.map((rows) => rows.map((row) => row.length)))).toEqual(
        golden.attention.map(({ heads }) => heads.map((rows) => rows.map((row) => row.length))),
      );
    },
  );

  it.each(cases.map(({ name }, i) => ({ name, i })))('$name: the same ten tokens in the same order', ({ name, i }) => {
    const { golden, flow, logit } = compared[i] as Compared;
    expect(flow.next.map(({ id }) => id)).toEqual(golden.top.map(({ id }) => id));
    expect(logit).toBeLessThan(10 * toleranceOf(name));
  });

  it.each(cases.map(({ name }, i) => ({ name, i })))('$name: the same tokens and pieces', ({ i }) => {
    const { golden, attention, flow } = compared[i] as Compared;
    const ids = golden.tokens.map(({ id }) => id);
    expect(attention.tokens.map(({ id }) => id)).toEqual(ids);
    expect(flow.tokens).toEqual(attention.tokens);
    if (golden.prompt.startsWith('ids:')) return;
    expect(attention.tokens).toEqual(golden.tokens);
    expect(flow.next.map(({ piece }) => piece)).toEqual(golden.top.map(({ piece }) => piece));
  });
}

describe('the golden cases', () => {
  it('exist for each model, and each has its model', () => {
    const models = [join(FIXTURES_FOLDER, `${BUNDLED}.gguf`), ...ggufFilesIn(COMPUTED_FOLDER)];
    expect([...new Set(OWN.map(({ model }) => model))].sort()).toEqual(models.sort());
  });

  sameAsLlamaCpp(OWN);
});

describe.skipIf(LARGE.length === 0)('the large golden cases (needs ../shared)', () => {
  it(`are ${LARGE_CASES}`, () => expect(LARGE).toHaveLength(LARGE_CASES));

  sameAsLlamaCpp(LARGE);
});

it('the golden cases have the number that the pages state', () => {
  expect(pagesText()).toContain(`in ${OWN.length + LARGE_CASES} cases more`);
});

describe('the bundled model', () => {
  const [compared] = compareCases([
    {
      model: join(FIXTURES_FOLDER, `${BUNDLED}.gguf`),
      golden: join(COMPUTED_FOLDER, `${BUNDLED}-1.json`),
    },
  ]) as [Compared];

  it('attends to the tokens of "Hello world" as in llama.cpp', () => {
    expect(compared.share).toBeLessThan(1e-4);
    expect(compared.attention.tokens).toEqual(compared.golden.tokens);
  });

  it('predicts "!" with the same score', () => {
    expect(compared.flow.next[0]).toMatchObject({ id: 650, piece: '!' });
    expect(compared.logit).toBeLessThan(1e-3);
    expect(compared.flow.next.map(({ id }) => id)).toEqual(compared.golden.top.map(({ id }) => id));
  });

  it('gives shares that sum to 1, and ten probabilities that sum to at most 1', () => {
    const rows = compared.attention.attention.flatMap(({ heads }) => heads.flat());
    for (const row of rows) expect(row.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
    const listed = compared.flow.next.reduce((sum, { probability }) => sum + probability, 0);
    expect(listed).toBeGreaterThan(0.99);
    expect(listed).toBeLessThanOrEqual(1);
  });
});
