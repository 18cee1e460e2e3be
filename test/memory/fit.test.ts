/** The chosen placement, compared with that of llama.cpp's own `--fit`: four models on one or two cards of 6 to 23 GB. */

import { describe, expect, it } from 'vitest';
import type { Device } from '../../src/memory/placement/devices.js';
import { type Fit, fitModel } from '../../src/memory/placement/fit-model.js';
import { goldenOf, pagesText } from '../support/reference.js';
import { COMPUTE, type Shape, shapedModel } from './compute-models.js';

/** By model, and by the free MiB on each card with the given options: the output of llama-fit-params. */
const FITS = goldenOf<{ models: Record<string, Record<string, string>> }>('fit.json').models;
const SHAPES = { ...COMPUTE.shapes, ...goldenOf<{ shapes: Record<string, Shape> }>('placement.json').shapes };
const modelNamed = (name: string) => shapedModel(name, SHAPES);

/** Cases whose reference was measured with an even split over uneven cards; llama.cpp splits by free memory. */
const UNEVEN = ['gpt-oss-20b-mxfp4 12288+6144 -c 8192', 'mamba2-2.7b 12288+6144', 'mamba2-2.7b 12288+6144 -c 8192'];

const cards = (sizes: string): Device[] =>
  sizes.split('+').map((size, at) => ({ name: `RPC0[127.0.0.1:5005${at + 2}]`, freeBytes: Number(size) * 2 ** 20 }));

/** In the format of llama-fit-params. */
function printed({ contextLength, gpuLayers, tensorSplit, overrideTensor }: Fit): string {
  const overrides = overrideTensor.map(({ pattern, device }) => `${pattern}=${device}`).join(',');
  return [
    `-c ${contextLength} -ngl ${gpuLayers}`,
    ...(tensorSplit ? [`-ts ${tensorSplit.join(',')}`] : []),
    ...(overrides ? [`-ot "${overrides}"`] : []),
  ].join(' ');
}

describe('the chosen placement', () => {
  it('is compared in the number of cases that the pages state', () => {
    const count = Object.values(FITS).flatMap((cases) => Object.keys(cases)).length;
    expect(pagesText()).toContain(`${count - UNEVEN.length} of ${count} choices (${Object.keys(FITS).length} models)`);
  });

  it.each(Object.entries(FITS))('is that of llama.cpp for %s', (name, cases) => {
    const model = modelNamed(name);
    const ours: Record<string, string> = {};
    for (const words of Object.keys(cases)) {
      const [sizes = '', , contextLength] = words.split(' ');
      const fit = fitModel(model, cards(sizes), {}, {}, contextLength ? { contextLength: Number(contextLength) } : {});
      if (fit === null || UNEVEN.includes(`${name} ${words}`)) continue;
      ours[words] = printed(fit);
      expect(fit.fits, words).toBe(true);
    }
    const theirs = Object.entries(cases).filter(([words]) => !UNEVEN.includes(`${name} ${words}`));
    expect(ours).toEqual(Object.fromEntries(theirs));
  });
});

describe('the options to type for it', () => {
  const flagsOf = (name: string, mebibytes: string, ...rest: [object?, object?, object?]) =>
    fitModel(modelNamed(name), cards(mebibytes), rest[0] ?? {}, rest[1] ?? {}, rest[2] ?? {})?.flags;

  it('are short where everything fits', () => {
    expect(flagsOf('gpt-oss-20b-mxfp4', '16384', {}, {}, { contextLength: 8192 })).toBe('-ngl 99 -c 8192 -fa on');
  });

  it('have one pattern for layers that are alike', () => {
    expect(flagsOf('gpt-oss-20b-mxfp4', '12288')).toBe(
      String.raw`-ngl 25 -ot "blk\.23\.ffn_(gate|gate_up|down).*=CPU,blk\.24\.ffn_(up|down|gate_up|gate)_(ch|)exps=CPU" -c 4096 -fa on`,
    );
  });

  it('keep the settings of the context', () => {
    const context = { kvTypeK: 'q8_0', parallel: 2, ubatch: 256 };
    expect(flagsOf('phi3-mini', '23000', {}, context, { contextLength: 8192 })).toBe(
      '-ngl 99 -c 8192 -np 2 -ub 256 -ctk q8_0 -ctv q8_0 -fa on',
    );
  });

  it('only choose the context where the placement is given', () => {
    expect(flagsOf('gpt-oss-20b-mxfp4', '8192', { cpuMoe: 20 })).toMatch(/^-ngl 99 --n-cpu-moe 20 -c \d+ -fa on$/);
    expect(flagsOf('phi3-mini', '8192', { gpuLayers: 5 })).toMatch(/^-ngl 5 -c \d+ -fa on$/);
  });
});
