/** Models for programs other than llama.cpp: what the program reports about them, and what it must not report. */

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { list, type TensorItem, tensor, text, u32, withNumbers, writeGguf } from '../support/gguf-writer.js';
import { PROJECT_FOLDER, run } from './run.js';

const CASE = join(PROJECT_FOLDER, '..', 'shared', 'cases', 'krea2-wrong-orig-shape.gguf');
const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, metadata: Parameters<typeof writeGguf>[0]['metadata'], tensors: TensorItem[]): string {
  const path = join(folder, name);
  writeFileSync(path, writeGguf(withNumbers({ metadata: metadata ?? [], tensors })));
  return path;
}

const FLUX = [
  tensor('double_blocks.0.img_attn.qkv.weight', [256, 768], 'F16'),
  tensor('single_blocks.0.linear1.weight', [256, 768], 'F16'),
  tensor('img_in.weight', [64, 256], 'F16'),
];

/** Words for things that only a language model has, or that llama.cpp's tools make. */
const OF_LLAMA_CPP = /KV cache, total|quantizer|Q8_0|--imatrix|THE WAY OF A TOKEN|HOW A TOKEN|text:/;

const explained = (path: string) => JSON.parse(run([path, '--json']).stdout);
const codesOf = (path: string, ...options: string[]) => {
  const { stdout, code } = run(['check', path, '--json', ...options]);
  const report = JSON.parse(stdout);
  const findings: { code: string; level: string; message: string }[] = (report.files ?? [report])[0].findings;
  return { findings, code, codes: findings.map((finding) => finding.code) };
};

describe('a model of images', () => {
  const path = written('flux-Q4_K_M.gguf', [text('general.architecture', 'flux'), u32('general.file_type', 15)], FLUX);

  it('is reported by its name, with its programs', () => {
    const { stdout, code } = run([path]);
    expect(code).toBe(0);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'Flux, an image model: runs in ComfyUI (with ComfyUI-GGUF) and stable-diffusion.cpp; llama.cpp refuses it',
    );
    expect(stdout).not.toMatch(OF_LLAMA_CPP);
    const report = explained(path);
    expect(report.model.runtime.llamaCpp).toBe('refuses');
    expect(report.tensors.map(({ component }: { component: string }) => component)).toEqual([
      ...['diffusion', 'diffusion', 'diffusion'],
    ]);
  });

  it('passes, and the only finding is what runs it', () => {
    const { codes, code } = codesOf(path);
    expect(code).toBe(0);
    expect(codes).toEqual(['other-program']);
  });

  it.each([
    ['sizes', path],
    ['attention', path, 'Hello'],
    ['flow', path, 'Hello'],
    ['token', path, 'Hello'],
    ['learn', path],
    ['learn', 'attention', path],
  ])('%s says what it is', (...args) => {
    const { stdout, stderr, code } = run(args);
    expect([stdout, code]).toEqual(['', 2]);
    expect(stderr).toContain('not a language model but Flux, an image model: runs in ComfyUI');
    expect(stderr).toContain('(not-a-language-model)');
  });

  it.each(['memory', 'flow'])('%s says what it is, and shows what is stored', (command) => {
    const { stdout, code } = run([command, path]);
    expect(code).toBe(0);
    expect(stdout).toContain('This is Flux, an image model: runs in ComfyUI');
    expect(stdout).not.toMatch(/f16|token ids|Token table/);
  });

  it('is recognized without any key, and under odd labels', () => {
    for (const label of [undefined, 'pig', 'llama', 'no-such-label']) {
      const metadata = label === undefined ? [] : [text('general.architecture', label)];
      const { model } = explained(written('plain.gguf', metadata, FLUX));
      expect(model.runtime.what).toBe('Flux, an image model');
    }
  });
});

describe('the rules of its own programs', () => {
  const long = `blocks.0.${'very_'.repeat(14)}long.weight`;

  it('let names be longer than those of ggml', () => {
    expect(codesOf('fixtures/valid/video-model.gguf', '--header-only').codes).toEqual(['other-program']);
    const language = written('llama.gguf', [text('general.architecture', 'llama')], [tensor(long, [8])]);
    expect(codesOf(language, '--header-only').codes).toContain('tensor-name-too-long');
  });

  it('let tensors have more dimensions than those of ggml', () => {
    const five = [...FLUX, tensor('patch_embedding.weight', [2, 2, 1, 4, 8], 'F16')];
    expect(codesOf(written('five.gguf', [], five)).codes).toEqual(['other-program']);
  });
});

describe('comfy.gguf.orig_shape', () => {
  const name = 'double_blocks.0.img_attn.proj.weight';
  const reshaped = (...sizes: number[]) =>
    written(
      `shape-${sizes.join('-')}.gguf`,
      [list(`comfy.gguf.orig_shape.${name}`, 'i32', sizes)],
      [...FLUX, tensor(name, [256, 36], 'F16')],
    );

  it('is the shape that every command shows', () => {
    const path = reshaped(32, 32, 3, 3);
    const shape = { ggml: [3, 3, 32, 32], stored: [256, 36] };
    expect(explained(path).tensors.at(-1).shape).toMatchObject(shape);
    expect(run(['tensors', path]).stdout).toContain('3 × 3 × 32 × 32');
    expect(run(['tensor', path, name]).stdout).toMatch(/shape\s+\[3, 3, 32, 32\][\s\S]*stored\s+as \[256, 36\]/);
    expect(codesOf(path).codes).toEqual(['other-program']);
  });

  it('with another number of elements is an error', () => {
    const path = reshaped(32, 33, 3, 3);
    const { findings, code } = codesOf(path);
    expect(code).toBe(1);
    expect(findings).toContainEqual(expect.objectContaining({ code: 'original-shape-disagrees', level: 'error' }));
    expect(explained(path).tensors.at(-1).shape.ggml).toEqual([256, 36]);
    expect(run([path]).stdout).toContain('original-shape-disagrees');
  });

  it.each([
    [[0x7fffffff, 0x7fffffff, 0x7fffffff, 0x7fffffff]],
    [[-32, -32, 3, 3]],
    [[]],
    [[1, 1, 1, 1, 1, 1, 1, 1, 9216]],
  ])('of %s is an error too', (sizes) => {
    expect(codesOf(reshaped(...sizes)).code).toBe(1);
  });

  it.skipIf(!existsSync(CASE))('of the reported case (needs ../shared)', () => {
    const { findings, code } = codesOf(CASE);
    expect(code).toBe(1);
    const [shape] = findings.filter((finding) => finding.code === 'original-shape-disagrees');
    expect(shape?.message).toBe(
      'comfy.gguf.orig_shape.first.weight states the shape [6144, 65] (399,360 numbers), but the tensor has 393,216',
    );
    const { tensors, model } = explained(CASE);
    expect(model.runtime.what).toBe('Krea 2, an image model');
    expect(tensors.map((one: { component: string; role: string }) => [one.component, one.role])).toEqual([
      ['diffusion', 'latent-embedding'],
      ['diffusion', 'patch-embedding'],
    ]);
    expect(tensors[1].shape.ggml).toEqual([2, 2, 1, 16, 1536]);
  });
});

describe('files that llama.cpp loads beside a model', () => {
  it.each([
    ['fixtures/valid/clip.gguf', 'A multimodal projector', '--mmproj'],
    ['fixtures/valid/lora-adapter.gguf', 'A LoRA adapter', '--lora'],
    ['fixtures/valid/imatrix.gguf', 'An importance matrix', '--imatrix'],
  ])('%s', (path, what, option) => {
    const { stdout } = run([path]);
    expect(stdout).toContain(what);
    expect(stdout).toContain(option);
  });
});
