import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { GgufFile } from '../../src/gguf/decode.js';
import { classify } from '../../src/model/classify.js';
import { FAMILIES, MAKES } from '../../src/model/families.js';
import { findFamily, programsOf } from '../../src/model/family.js';

/** Families with tensor names of their originals, and the roles of these tensors. */
const KNOWN = readFileSync(fileURLToPath(new URL('families.txt', import.meta.url)), 'utf8')
  .split(/\n(?=\S)/)
  .map((block) => {
    const [head = '', ...lines] = block.trimEnd().split('\n');
    const [id = '', makes = ''] = head.split(' ');
    const names = lines.map((line) => line.trim().split(' ') as [name: string, role: string]);
    return { id, makes, names, first: names[0]?.[0] };
  });

const EVERY_LLAMA_NAME = ['token_embd.weight', 'blk.0.attn_q.weight', 'output.weight'];

/** A file of tensors with these names, with a label or without any key. */
function fileOf(names: readonly string[], label?: string): GgufFile {
  const metadata = label === undefined ? [] : [{ key: 'general.architecture', type: 'string', value: label }];
  return { metadata, tensors: names.map((name) => ({ name, dimensions: [32, 32] })) } as unknown as GgufFile;
}

describe('families of models for other programs', () => {
  it.each(KNOWN)('$id is recognized by $first and others, whatever its label', ({ id, makes, names }) => {
    for (const label of [undefined, 'pig', 'llama', 'no-such-label']) {
      const family = findFamily(
        fileOf(
          names.map(([name]) => name),
          label,
        ),
      );
      expect([label, family?.id, family?.makes]).toEqual([label, id, makes]);
    }
  });

  it.each(KNOWN)('the roles of $id: $first and others', ({ names }) => {
    const family = findFamily(fileOf(names.map(([name]) => name)));
    expect(names.map(([name]) => [name, classify(name, family).role])).toEqual(names);
    expect(names.filter(([name]) => classify(name, family).component === 'text')).toEqual([]);
  });

  it.each(FAMILIES.filter(({ labels }) => labels.length > 0))(
    '$id is recognized by its label without tensors',
    (family) => {
      for (const label of family.labels) {
        const found = findFamily(fileOf(['a.weight'], label));
        // A label that llama.cpp uses for a language model decides nothing without tensors.
        if (found === null) expect(['qwen']).toContain(label);
        else expect(found.id).toBe(family.id);
      }
    },
  );

  it.each(['llama', undefined, 'frobnicator'])('do not include a file with names of llama.cpp (%s)', (label) => {
    expect(findFamily(fileOf([...EVERY_LLAMA_NAME, 'double_blocks.0.img_attn.qkv.weight'], label))).toBeNull();
  });

  it('do not include a file with meaningless names', () => {
    expect(findFamily(fileOf(['a', 'model.weight', '#', '']))).toBeNull();
    expect(findFamily(fileOf([]))).toBeNull();
  });

  it('distinguish the Stable Diffusion of a U-Net by the text vectors that it reads', () => {
    const names = ['input_blocks.1.0.op.weight', 'output_blocks.1.0.op.weight'];
    const reading = (length: number) => {
      const file = fileOf([...names, 'input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight']);
      return { ...file, tensors: file.tensors.map((tensor) => ({ ...tensor, dimensions: [length, 320] })) };
    };
    expect([768, 1024, 2048, 32].map((length) => findFamily(reading(length))?.id)).toEqual([
      ...['sd1', 'sd2', 'sdxl', 'unet'],
    ]);
  });

  it('list the programs that load the label too', () => {
    const flux = findFamily(fileOf(['double_blocks.0.img_attn.qkv.weight']))!;
    const [comfy, sd] = ['ComfyUI (with ComfyUI-GGUF)', 'stable-diffusion.cpp'];
    expect(programsOf(flux, 'flux')).toEqual([comfy, sd]);
    expect(programsOf(flux, null)).toEqual([comfy, sd]);
    expect(programsOf(flux, 'krea2')).toEqual(['ComfyUI (with the gguf node)', sd]);
    expect(programsOf(flux, 'no-such-label')).toEqual([sd]);
  });

  it('have their own kinds', () => {
    const kinds = Object.values(MAKES).map(({ kind }) => kind);
    expect(new Set(kinds).size).toBe(kinds.length);
    expect(kinds).not.toContain('model');
    expect(kinds).not.toContain('adapter');
  });

  it('handle hostile names without delay', () => {
    const names = Array.from({ length: 20_000 }, (_, i) => `${'model.'.repeat(i % 60)}${'0.'.repeat(i % 90)}x${i}`);
    expect(findFamily(fileOf(names))).toBeNull();
  });
});
