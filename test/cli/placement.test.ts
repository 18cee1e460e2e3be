/** `memory` and `sizes` on cards: the cards of this machine, refusals, what counts in addition to a model, and that all figures add up. */

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { MemoryContextEntry, MemoryReport } from '../../src/report/memory-schema.js';
import { f32, tensor, text, u32, writeGguf } from '../support/gguf-writer.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { gptOss120B, llama8B } from '../support/real-shapes.js';
import { run } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-placement-'));
afterAll(() => rmSync(folder, { recursive: true }));
const written = (name: string, bytes: Uint8Array): string => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};

const LLAMA = written('llama.gguf', llama8B('Q4_K_M'));
const MIXTURE = written('gpt-oss.gguf', gptOss120B());
const fixture = (name: string) => join(FIXTURES_FOLDER, `${name}.gguf`);
const [CLIP, LORA, TINY] = [fixture('valid/clip'), fixture('valid/lora-adapter'), fixture('tiny-stories-Q4_K_M')];

/** A model of three layers, the last of which predicts further tokens. */
const FURTHER = written(
  'further.gguf',
  writeGguf({
    metadata: [
      text('general.architecture', 'glm4moe'),
      ...Object.entries({
        ...{
          block_count: 3,
          context_length: 4096,
          embedding_length: 64,
          feed_forward_length: 128,
          nextn_predict_layers: 1,
        },
        ...{
          'attention.head_count': 4,
          'attention.head_count_kv': 2,
          'attention.key_length': 16,
          'attention.value_length': 16,
        },
      }).map(([key, value]) => u32(`glm4moe.${key}`, value)),
      f32('glm4moe.attention.layer_norm_rms_epsilon', 1e-5),
    ],
    tensors: [
      tensor('token_embd.weight', [64, 32]),
      tensor('output.weight', [64, 32]),
      ...[0, 1, 2].flatMap((i) => [
        tensor(`blk.${i}.attn_q.weight`, [64, 64]),
        tensor(`blk.${i}.ffn_up.weight`, [64, 128]),
      ]),
      tensor('blk.2.nextn.eh_proj.weight', [128, 64]),
    ],
  }),
);

function memory(...args: string[]): MemoryReport {
  const { stdout, stderr } = run(['memory', ...args, '--json']);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as MemoryReport;
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, each) => all + each, 0);

/** Checks that every figure that the page shows as a sum adds up. */
function expectToAddUp({ weights, companions = [], contexts, fit }: MemoryReport): void {
  expect(sum(weights.places.map(({ bytes }) => bytes))).toBe(weights.bytes);
  expect(sum(weights.groups.map(({ bytes }) => bytes))).toBe(weights.bytes);
  const loaded = weights.bytes + sum(companions.map(({ bytes }) => bytes));
  for (const { cacheBytes, parts, computeBytes, computeParts, beside = [], totalBytes } of contexts) {
    expect(sum(parts.map(({ bytes }) => bytes))).toBe(cacheBytes);
    const kept = sum(beside.map((each) => each.cacheBytes + each.computeBytes));
    expect(totalBytes).toBe(loaded + cacheBytes + (computeBytes ?? 0) + kept);
    if (computeParts) expect(sum(computeParts.map(({ bytes }) => bytes))).toBe(computeBytes);
  }
  const shares = [...contexts.flatMap(({ devices }) => (devices ? [devices] : [])), ...(fit ? [fit.devices] : [])];
  for (const devices of shares) expect(devices.at(-1)?.name).toBe('host');
}

describe('figures', () => {
  it.each([
    ['of a model alone', [LLAMA]],
    ['of a mixture on cards', [MIXTURE, '--gpu', '24GiB', '--ram', '96GiB', '--context', '8192']],
    [
      'with all that can be beside it',
      [LLAMA, CLIP, LORA, '--draft', TINY, '--cache-ram', '1GiB', '--context', '4096'],
    ],
    ['with layers for further tokens', [FURTHER, '--mtp', '--gpu', '8GiB']],
  ])('%s add up', (_what, args) => {
    const report = memory(...args);
    expectToAddUp(report);
    expect(report.contexts.at(-1)?.computeParts ?? []).not.toContainEqual(expect.objectContaining({ bytes: 0 }));
  });

  it('of the cards and system RAM together are everything that is loaded, and what is left', () => {
    const { contexts, devices, ram, weights } = memory(
      LLAMA,
      '--gpu',
      '8GiB,6GiB',
      '--ram',
      '32GiB',
      '--context',
      '65536',
    );
    const [context] = contexts as [MemoryContextEntry];
    const shares = context.devices ?? [];
    const room = [...(devices ?? []).map(({ freeBytes }) => freeBytes), ram?.bytes ?? 0];
    for (const [i, { weightBytes, cacheBytes, computeBytes, besideBytes, freeBytes }] of shares.entries()) {
      expect(weightBytes + cacheBytes + computeBytes + besideBytes + (freeBytes ?? 0)).toBe(room[i]);
    }
    expect(sum(shares.map(({ cacheBytes }) => cacheBytes))).toBe(context.cacheBytes);
    expect(sum(shares.map(({ weightBytes }) => weightBytes)) / weights.bytes).toBeCloseTo(1, 3);
  });
});

describe('other files and layers beside a model', () => {
  it('are not loaded where they predict further tokens, unless they are used to draft', () => {
    const [without, with_] = [memory(FURTHER, '--context', '1024'), memory(FURTHER, '--context', '1024', '--mtp')];
    const further = 4 * (64 * 64 + 64 * 128 + 128 * 64);
    expect(without.weights).toMatchObject({ notLoaded: { bytes: further, tensors: 3, layers: 1 } });
    expect(with_.weights).not.toHaveProperty('notLoaded');
    expect(with_.weights.bytes - without.weights.bytes).toBe(further);
    // Keys and values of 2 heads of 16 numbers in F16 for one layer.
    expect(with_.contexts[0]?.beside).toMatchObject([{ what: 'next-token', cacheBytes: 2 * 2 * 16 * 1024 * 2 }]);
    expect(without.contexts[0]).not.toHaveProperty('beside');
  });

  it('belong to the model before them, where there are several', () => {
    const { stdout } = run(['memory', LLAMA, CLIP, TINY, LORA, '--context', '128', '--json']);
    const { models } = JSON.parse(stdout) as { models: MemoryReport[] };
    expect(models.map(({ companions = [] }) => companions.map(({ kind }) => kind))).toEqual([['mmproj'], ['adapter']]);
  });

  it('take their room from the cards', () => {
    const alone = memory(LLAMA, '--gpu', '8GiB');
    const beside = memory(
      LLAMA,
      '--gpu',
      '8GiB',
      '--draft',
      fixture('headers/sparse-8b'),
      '--ngl',
      '20',
      '--context',
      '4096',
    );
    expect(alone.fit?.fits).toBe(true);
    expect(beside.contexts[0]?.fits).toBe(false);
    expect(beside.contexts[0]?.devices?.[0]?.besideBytes).toBeGreaterThan(14 * 1024 ** 3);
  });
});

describe('the best placement', () => {
  it('keeps experts in system RAM, and says what to type', () => {
    const { fit } = memory(MIXTURE, '--gpu', '24GiB', '--ram', '96GiB', '--context', '32k');
    expect(fit).toMatchObject({ fits: true, contextLength: 32_768, gpuLayers: 37 });
    expect(fit?.partialLayers).toBeGreaterThan(20);
    expect(fit?.flags).toMatch(/^-ngl 37 -ot ".*exps=CPU" -c 32768 -fa on$/);
  });

  it('does not fit where system RAM is too small for the rest', () => {
    const { fit } = memory(MIXTURE, '--gpu', '24GiB', '--ram', '16GiB', '--context', '32k');
    expect(fit).toMatchObject({ fits: false });
    expect(fit?.devices.at(-1)?.freeBytes).toBeLessThan(0);
  });

  it('is shown together with other placements that fit', () => {
    const { remedies } = memory(LLAMA, '--gpu', '8GiB', '--context', '32k');
    expect(remedies?.map(({ change, to }) => [change, to])).toEqual([
      ['context', expect.stringMatching(/^\d+$/)],
      ['cache-type', 'q8_0'],
    ]);
    expect(memory(LLAMA, '--budget', '4.5GiB', '--context', '8k').remedies).toMatchObject([
      { change: 'file-type', to: 'Q2_K' },
    ]);
  });

  it('limits the speed by the bytes that each device reads', () => {
    const { contexts } = memory(LLAMA, '--gpu', '24GiB', '--context', '4096', '--bandwidth', '1000GB/s');
    const [context] = contexts as [MemoryContextEntry];
    expect(context.tokensPerSecondAtMost).toBeCloseTo(1e12 / context.readBytesPerToken, 0);
    expect(
      memory(LLAMA, '--gpu', '4090', '--context', '4096').contexts[0]?.promptTokensPerSecondAtMost,
    ).toBeGreaterThan(1000);
    // Half of it is in system RAM, whose speed was not given.
    const half = memory(LLAMA, '--gpu', '24GiB', '--ngl', '16', '--context', '4096', '--bandwidth', '1000GB/s');
    expect(half.contexts[0]).not.toHaveProperty('tokensPerSecondAtMost');
  });
});

describe('the verdict', () => {
  it('is shown in full for several models', () => {
    for (const columns of [60, 120]) {
      const { stdout } = run(['memory', TINY, LLAMA, '--gpu', '4GiB', '--context', '128'], { columns });
      const [, where = ''] = stdout.split('WHERE IT GOES');
      expect(where.replace(/\s+/g, ' ')).toMatch(/all 2 layers on the card .*\d+ of 32 layers on the card/);
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
    }
  });

  it('where no layer fits on the card says where everything goes, and how much that is', () => {
    const page = (...more: string[]) =>
      run(['memory', LLAMA, '--gpu', '512MiB', '--context', '4096', ...more], { columns: 200 }).stdout;
    expect(page()).toMatch(/No layer fits on the card: all 32 layers in system RAM, which takes [\d.]+ GiB\. .*--ram/);
    const roomy = /Fits without the card: all 32 layers in system RAM \([\d.]+ GiB of 512 GiB\)/;
    expect(page('--ram', '512GiB')).toMatch(roomy);
    expect(page('--ram', '1GiB')).toMatch(/Does not fit: needs [\d.]+ GiB more of system RAM/);
  });
});

describe('an impossible request', () => {
  it.each([
    [['--gpu', '24GiB', '--tensor-split', '1,2,3'], 'The split has 3 shares for 1 device'],
    [['--gpu', '24GiB', '--tensor-split', '0,0'], '--tensor-split 0,0: every card has a share of 0'],
    [['--gpu', '24GiB', '--tensor-split', '-1,2'], '--tensor-split: "-1" is not a share'],
    [['--gpu', '24GiB', '--override-tensor', 'nothing=CPU'], 'The pattern nothing matches no tensor of this model'],
    [['--gpu', '24GiB', '--override-tensor', 'ffn=GPU7'], 'There is no device GPU7 for the pattern ffn'],
    [['--gpu', '24GiB', '--override-tensor', '(((=CPU'], 'is not a regular expression'],
    [['--gpu', '24GiB', '--override-tensor', 'ffn'], '--override-tensor: "ffn" is not a pattern and a device'],
    [['--gpu', '24GiB', '--split-mode', 'none', '--main-gpu', '3'], 'There is no device 3'],
    [['--gpu', '24GiB', '--ngl', '-7'], '--ngl: "-7" is not a number of layers'],
    [['--gpu', '-5GiB'], '--gpu: "-5GiB" is not an amount of memory'],
    [['--gpu', '24'], '--gpu: 24 has no unit'],
    [['--gpu', '0'], '--gpu: "0" is a card without memory'],
    [['--gpu', '8GiB', '--margin', '0 pounds'], '--margin: "0 pounds" is not an amount of memory'],
    [
      ['--gpu', Array.from({ length: 1000 }, () => '8GiB').join(',')],
      '--gpu: 1000 cards; llama.cpp runs on 15 at most',
    ],
    [['--ngl', '20'], 'the options of placement need a card, and there is no --gpu'],
    [['--bandwidth', '1GB/s,2GB/s'], '--bandwidth: 2 speeds, but no cards'],
    [['--gpu', '8GiB', '--bandwidth', '1GB/s,2GB/s,3GB/s'], '--bandwidth: 3 speeds for 1 card and system RAM'],
  ])('is reported in a sentence: %.60j', (args, sentence) => {
    const { stderr, stdout, code } = run(['memory', LLAMA, ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(stderr.split('\n').length).toBeLessThan(4);
  });
});

describe('the margin', () => {
  it.each([
    ['0GiB', 'Nothing is kept free on each card (--margin).'],
    ['2GiB', 'At least 2.00 GiB is kept free on each card (--margin).'],
    ['1GiB', 'At least 1.00 GiB is kept free on each card, as in llama.cpp (--margin).'],
  ])('of %s is reported as given', (margin, sentence) => {
    expect(run(['memory', LLAMA, '--gpu', '24GiB', '--margin', margin, '--context', '512']).stdout).toContain(sentence);
  });
});

describe.skipIf(process.platform === 'win32')('this machine', () => {
  const withTools = (tools: Record<string, string>): Record<string, string> => {
    const bin = mkdtempSync(join(folder, 'bin-'));
    for (const [name, script] of Object.entries(tools)) {
      writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(bin, name), 0o755);
    }
    return { PATH: bin };
  };
  const devices = (env: Record<string, string>) => {
    const { stdout } = run(['memory', TINY, '--gpu', 'auto', '--json'], { env });
    return (JSON.parse(stdout) as MemoryReport).devices?.map(({ name }) => name);
  };

  it('has the cards that the vendors’ tools report', () => {
    const nvidia = 'echo "NVIDIA GeForce RTX 3090, 24576, 24100"; echo "NVIDIA GeForce RTX 3090, 24576, 24100"';
    expect(devices(withTools({ 'nvidia-smi': nvidia }))).toEqual([
      'NVIDIA GeForce RTX 3090',
      'NVIDIA GeForce RTX 3090 #2',
    ]);
  });

  it('is not waited for where a tool fails, prints nonsense or hangs', () => {
    const hanging = { 'nvidia-smi': '/bin/sleep 600', 'rocm-smi': 'echo "not JSON"; exit 1' };
    const start = performance.now();
    expect(devices(withTools(hanging))).toEqual([]);
    expect(performance.now() - start).toBeLessThan(60_000);
  });
});
