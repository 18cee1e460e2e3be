/** Weights, caches and compute buffers of each device, compared with llama.cpp's own numbers: 13 models in 13 to 17 settings. */

import { describe, expect, it } from 'vitest';
import type { CacheType, ContextOptions } from '../../src/memory/cells.js';
import { contextMemory } from '../../src/memory/context-memory.js';
import type { PlacementSettings, SplitMode } from '../../src/memory/placement/devices.js';
import { matcherOf, patternFault } from '../../src/memory/placement/override-patterns.js';
import { type DeviceShare, placeModel } from '../../src/memory/placement/place-model.js';
import { placementFaults } from '../../src/memory/placement/placement-faults.js';
import type { Model } from '../../src/model/model.js';
import { goldenOf, pagesText } from '../support/reference.js';
import { COMPUTE, type Shape, shapedModel } from './compute-models.js';

interface PlacementGolden {
  /** llama.cpp's own options by the name of a setting. */
  configs: Record<string, string>;
  /** For each device and the host: its name, and the bytes of its weights, context and compute buffers. */
  models: Record<string, Record<string, [device: string, weights: number, context: number, compute: number][]>>;
  shapes: Record<string, Shape>;
}

const GOLDEN = goldenOf<PlacementGolden>('placement.json');
const SHAPES = { ...COMPUTE.shapes, ...GOLDEN.shapes };
const modelNamed = (name: string) => shapedModel(name, SHAPES);
/** Formats that this version of llama.cpp repacks for the processor, in a buffer that its own table does not count as the host's. */
const REPACKED = ['Q4_K', 'MXFP4'];
const CARD_BYTES = 24 * 2 ** 30;

/** `-ngl 99 -ts 3,1` as options of this program. */
function optionsOf(words: string): { placement: PlacementSettings; context: ContextOptions } {
  const placement: PlacementSettings = {};
  const context: ContextOptions = { contextLength: 8192 };
  const list = words.split(' ');
  for (const [at, word] of list.entries()) {
    const value = list[at + 1] ?? '';
    if (word === '-ngl') placement.gpuLayers = Number(value);
    if (word === '-ts') placement.tensorSplit = value.split(',').map(Number);
    if (word === '-sm') placement.splitMode = value as SplitMode;
    if (word === '-ncmoe') placement.cpuMoe = Number(value);
    if (word === '-nkvo') placement.kvOffload = false;
    if (word === '-ot') {
      const [pattern = '', device = ''] = value.split('=');
      placement.overrideTensor = [{ pattern, device }];
    }
    if (word === '-c') context.contextLength = Number(value);
    if (word === '-ctk') context.kvTypeK = value as CacheType;
    if (word === '-ctv') context.kvTypeV = value as CacheType;
    if (word === '-np') context.parallel = Number(value);
    if (word === '-fa') context.flashAttention = value !== 'off';
  }
  return { placement, context };
}

const cards = (...gibibytes: number[]) =>
  gibibytes.map((size, at) => ({ name: `GPU${at}`, freeBytes: size * 2 ** 30 }));

/** Our figures, with the weights of the host counted as in llama.cpp's table. */
function placed(model: Model, name: string): readonly DeviceShare[] {
  const devices = (name.startsWith('two') ? ['GPU0', 'GPU1'] : ['GPU0']).map((device) => ({
    name: device,
    freeBytes: CARD_BYTES,
  }));
  const { placement, context } = optionsOf(GOLDEN.configs[name] as string);
  return placeModel(model, devices, placement, context) ?? [];
}

describe('weights, caches and compute buffers of each device', () => {
  it('are compared in the number of cases that the pages state', () => {
    const count = Object.values(GOLDEN.models).flatMap((settings) => Object.keys(settings)).length;
    expect(pagesText()).toContain(`${count} placements (${Object.keys(GOLDEN.models).length} models)`);
  });

  it.each(Object.entries(GOLDEN.models))('are those of llama.cpp for %s, in all settings', (name, settings) => {
    const model = modelNamed(name);
    const repacks = model.tensors.some(({ type }) => REPACKED.includes(type?.name ?? ''));
    const ours: Record<string, unknown> = {};
    const theirs: Record<string, unknown> = {};
    for (const [setting, rows] of Object.entries(settings)) {
      const numbers = (device: string, weights: number, cache: number, compute: number) =>
        repacks && device === 'host' ? [device, cache, compute] : [device, weights, cache, compute];
      theirs[setting] = rows.map((row) => numbers(...row));
      // With `-sm none` the reference does not list a device that holds nothing.
      const shares = placed(model, setting).filter(({ name: device }) => rows.some(([other]) => other === device));
      ours[setting] = shares.map((share) =>
        numbers(share.name, share.weightBytes, share.cacheBytes, share.computeBytes),
      );
      for (const { computeConfidence } of shares) expect(computeConfidence).toBe('exact');
    }
    expect(ours).toEqual(theirs);
  });
});

describe('the parts', () => {
  it('sum to the context and the loaded weights, apart from duplicates, which are named', () => {
    for (const name of Object.keys(GOLDEN.models)) {
      const model = modelNamed(name);
      const whole = placeModel(model, [], {}, { contextLength: 8192 })?.[0];
      const twice = name.startsWith('gemma-4') ? (whole?.duplicates[0]?.bytes ?? 0) : 0;
      const loaded = (whole?.weightBytes ?? 0) - twice;
      for (const gpuLayers of [0, 1, 7, 20, -1]) {
        for (const kvOffload of [true, false]) {
          const shares = placeModel(model, cards(24, 12, 8), { gpuLayers, kvOffload }, { contextLength: 8192 }) ?? [];
          const sum = (of: (share: DeviceShare) => number) => shares.reduce((total, share) => total + of(share), 0);
          const duplicates = sum((share) => share.duplicates.reduce((total, { bytes }) => total + bytes, 0));
          expect(sum(({ weightBytes }) => weightBytes) - duplicates, name).toBe(loaded);
          expect(
            sum(({ cacheBytes }) => cacheBytes),
            name,
          ).toBe(contextMemory(model, { contextLength: 8192 })?.bytes);
        }
      }
    }
  });
});

describe('a CUDA card', () => {
  const share = (name: string, settings: PlacementSettings, context: ContextOptions = {}) => {
    const card = { name: 'GPU0', freeBytes: CARD_BYTES, kind: 'cuda' as const };
    const [own] = placeModel(modelNamed(name), [card], settings, { contextLength: 2048, ...context }) ?? [];
    return [own?.weightBytes, own?.cacheBytes, own?.computeBytes];
  };

  it('has room for the weights of the host that large batches need, and pads rows to whole blocks', () => {
    expect(share('gpt-oss-20b-mxfp4', { cpuMoe: 99 })).toEqual([1_302_360_064, 69_206_016, 423_624_704]);
    expect(share('llama-8b', { gpuLayers: 0 })).toEqual([0, 0, 2_372_403_200]);
    expect(share('deepseek-v2-lite', { gpuLayers: 10 })).toEqual([21_893_394_688, 21_233_664, 1_544_554_496]);
  });

  it('runs no operations of the host for small batches', () => {
    const [, , compute = 0] = share('llama-8b', { gpuLayers: 0 }, { ubatch: 16 });
    expect(compute).toBeLessThan(2 ** 20);
  });
});

describe('a split by rows', () => {
  it('gives each device its part of every matrix', () => {
    const model = modelNamed('llama-8b');
    const split = (splitMode: SplitMode) =>
      placeModel(model, cards(24, 8), { splitMode, tensorSplit: [3, 1] }, { contextLength: 2048 }) ?? [];
    const sum = (shares: readonly DeviceShare[]) => shares.reduce((total, { weightBytes }) => total + weightBytes, 0);
    const rows = split('row');
    expect(sum(rows)).toBe(sum(split('layer')));
    const [first = 0, second = 0] = rows.map(({ weightBytes }) => weightBytes);
    expect(first / second).toBeCloseTo(3, 1);
    expect(rows.every(({ computeConfidence }) => computeConfidence === 'low')).toBe(true);
  });
});

describe('the faults of a placement', () => {
  const faults = (settings: PlacementSettings, sizes = [24], name = 'gpt-oss-20b') =>
    placementFaults(modelNamed(name), cards(...sizes), settings);

  it('are none where llama.cpp would start', () => {
    expect(faults({})).toEqual([]);
    expect(
      faults(
        { gpuLayers: 99, tensorSplit: [3, 1], cpuMoe: 4, overrideTensor: [{ pattern: 'exps', device: 'GPU1' }] },
        [8, 8],
      ),
    ).toEqual([]);
  });

  it('are one sentence each', () => {
    expect(faults({ gpuLayers: -2 })).toEqual([
      'The number of layers on the devices is -2; write 0 or more, or -1 for all.',
    ]);
    expect(faults({ tensorSplit: [1, 2] })).toEqual(['The split has 2 shares for 1 device.']);
    expect(faults({ tensorSplit: [-1] })).toEqual(['The shares of a split are numbers from 0 on.']);
    expect(faults({ splitMode: 'none', mainDevice: 2 }, [8, 8])).toEqual([
      'There is no device 2: 2 devices are numbered from 0 on.',
    ]);
    expect(faults({ cpuMoe: 3 }, [24], 'llama-8b')).toEqual([
      'This model has no experts that could stay in system RAM.',
    ]);
    expect(faults({}, new Array(1000).fill(8))).toEqual(['llama.cpp takes at most 15 devices; 1000 are given.']);
    expect(faults({}, [-1])).toEqual(['The free memory of GPU0 is not a valid size.']);
  });

  it('are reported for patterns', () => {
    const pattern = (text: string, device = 'CPU') => faults({ overrideTensor: [{ pattern: text, device }] });
    expect(pattern('nothing_like_it')).toEqual(['The pattern nothing_like_it matches no tensor of this model.']);
    expect(pattern('exps', 'GPU7')).toEqual(['There is no device GPU7 for the pattern exps; there are CPU, GPU0.']);
    expect(pattern('(')).toEqual(['The pattern ( is not a regular expression.']);
  });
});

describe('a pattern', () => {
  it('says why it cannot be used', () => {
    expect(patternFault('')).toBe('is empty');
    expect(patternFault('(')).toBe('is not a regular expression');
    expect(patternFault('x'.repeat(2000))).toBe('is longer than 1024 characters');
    expect(patternFault('(?=a)b')).toBe('uses lookaround or back-references, which are not supported');
    expect(patternFault(String.raw`(a)\1`)).toBe('uses lookaround or back-references, which are not supported');
    expect(patternFault('((.{30}){30}){30}')).toBe('is too long once its repeats are written out');
    const usual = String.raw`blk\.(1[0-9]|2\d+)\.ffn_(up|down|gate_up|gate)_(ch|)exps|\.attn_.*=|[+*]`;
    expect(patternFault(usual)).toBeNull();
  });

  it('matches what the regular expression language matches', () => {
    const names = ['blk.0.ffn_up.weight', 'blk.12.ffn_gate_up_exps.weight', 'output.weight', 'a{1]x', 'aab', ''];
    const patterns = [
      'ffn',
      '^blk',
      'weight$',
      '^$',
      '^a{2}b$',
      '^a{1,}b',
      'a{3}',
      'a{0,2}b$',
      '^a?a?a?b',
      '(a|b)+$',
      '(a|)*$',
      '(?:)*x',
      '.*?k',
      String.raw`blk\.(0|1[0-9])\.ffn_(up|down|gate_up)_exps`,
      String.raw`^\w+\.\d+\.`,
      '[^a-z._]',
      '[]]',
      'a{1]',
      '{',
      ']',
      '(x|y',
      '|b',
      String.raw`\bffn_up\b`,
      String.raw`\Bk\b`,
      String.raw`[\]]x`,
      String.raw`\x62lk`,
      '(a|aa)(b|$)',
      '^(?:.|..|...){4,5}$',
      '(ab|a)(?:ab|b)$',
    ].filter((pattern) => patternFault(pattern) === null);
    expect(patterns).toHaveLength(28);
    for (const pattern of patterns) {
      const expected = names.filter((name) => new RegExp(pattern).test(name));
      expect([pattern, names.filter((name) => matcherOf(pattern)?.(name))]).toEqual([pattern, expected]);
    }
  });

  it('ends, whatever the pattern and the name', () => {
    const costly = [
      '(a+)+!',
      '(a|a)*!',
      '(a|aa|aaa){1,60}!',
      `${'a?'.repeat(60)}!`,
      `${'.*'.repeat(300)}!`,
      '(a|b|ab)*(c|d*)*!',
    ];
    const name = 'a'.repeat(100_000);
    expect(costly.map((pattern) => matcherOf(pattern)?.(name))).toEqual(costly.map(() => false));
  });

  it('that cannot be used does not stop the placement', () => {
    const overrideTensor = [{ pattern: '(a', device: 'CPU' }];
    const broken = { overrideTensor, tensorSplit: [Number.NaN, -1], gpuLayers: -7 };
    expect(placeModel(modelNamed('llama-8b'), cards(8, 8), broken, { contextLength: 512 })).toHaveLength(3);
  });
});
