/**
 * Damage as it occurs in practice: holes, files inside files, overwritten numbers, each in many forms, and the zeros that sound models
 * have. All files go through `check` as a user runs it, with samples and with all numbers.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { check } from '../../src/library/many-functions.js';
import { layGguf, type TensorItem } from '../support/gguf-writer.js';
import { SHARED_FOLDER } from '../support/places.js';
import { type ModelForm, soundModel } from '../support/sound-model.js';

const CASES = join(SHARED_FOLDER, 'cases');

type Item = TensorItem & { data: Buffer };
type Change = (item: Item) => TensorItem;

const written = (form: ModelForm = {}, change?: Change) => layGguf(soundModel(form, change));
const zeroed =
  (pattern: RegExp): Change =>
  (item) =>
    pattern.test(String(item.name)) ? { ...item, data: Buffer.alloc(item.data.length) } : item;
const patched =
  (name: string, change: (data: Buffer) => void): Change =>
  (item) => {
    if (item.name !== name) return item;
    const data = Buffer.from(item.data);
    change(data);
    return { ...item, data };
  };

interface Judged {
  verdict: string;
  codes: string[];
  messages: string[];
  places: { offset?: number | undefined; end?: number | undefined }[];
}

async function judged(bytes: Uint8Array, data: boolean): Promise<Judged> {
  const { files } = await check(bytes, { data, name: 'it.gguf' });
  const [file] = files;
  const grave = (file?.findings ?? []).filter(({ level }) => level !== 'advice');
  return {
    verdict: file?.verdict ?? '',
    codes: grave.map(({ code }) => code),
    messages: grave.map(({ message }) => message),
    places: grave.map(({ place }) => place),
  };
}

/** With samples, which cover all of a small file, and with all numbers. */
const both = async (bytes: Uint8Array) => await Promise.all([judged(bytes, false), judged(bytes, true)]);

const FORMS: [string, ModelForm][] = [
  ['F32', { type: 'F32' }],
  ['F16', { type: 'F16' }],
  ['BF16, 1 layer', { type: 'BF16', layers: 1 }],
  ['Q8_0, 5 layers', { type: 'Q8_0', layers: 5 }],
  ['Q4_0', { type: 'Q4_0' }],
  ['Q4_K', { type: 'Q4_K' }],
  ['Q6_K with experts', { type: 'Q6_K', experts: 4 }],
  ['IQ4_XS', { type: 'IQ4_XS' }],
  ['IQ2_XXS', { type: 'IQ2_XXS' }],
  ['MXFP4 with experts', { type: 'MXFP4', experts: 4 }],
];

describe.each(FORMS)('a model in %s', (_, form) => {
  const sound = written(form);
  const { bytes, dataStart, dataEnd } = sound;
  const at = (share: number) => Math.floor(dataStart + (dataEnd - dataStart) * share);

  it('passes when it is undamaged', async () => {
    for (const { verdict, codes } of await both(bytes)) expect([verdict, codes]).toEqual(['pass', []]);
  });

  it.each([0, 0.31, 0.62, 0.93])('does not pass where everything after %d of it is empty', async (share) => {
    const cut = Buffer.from(bytes).fill(0, at(share), dataEnd);
    for (const { verdict, codes, places } of await both(cut)) {
      expect(verdict).toBe('fail');
      expect(codes).toContain('empty-data');
      expect(places[codes.indexOf('empty-data')]?.end).toBe(dataEnd);
    }
  });

  it.each([0.12, 0.47, 0.8])('does not pass with an empty page at %d of it', async (share) => {
    const start = Math.ceil(at(share) / 4096) * 4096;
    for (const { verdict } of await both(Buffer.from(bytes).fill(0, start, start + 8192))) expect(verdict).toBe('fail');
  });

  it.each(['blk.0.attn_k.weight', 'blk.0.ffn_norm.weight', 'output_norm.weight', 'output.weight'])(
    'does not pass where %s is all zeros',
    async (name) => {
      for (const { verdict, codes } of await both(written(form, zeroed(new RegExp(`^${name}$`))).bytes)) {
        expect(verdict).toBe('fail');
        expect(codes).toContain('zero-tensor');
      }
    },
  );

  it('passes with tokens at the end of the vocabulary that are all zeros', async () => {
    const padded: Change = (item) => {
      if (item.name !== 'token_embd.weight' && item.name !== 'output.weight') return item;
      return { ...item, data: Buffer.from(item.data).fill(0, item.data.length * 0.75) };
    };
    for (const { verdict } of await both(written(form, padded).bytes)) expect(verdict).toBe('pass');
  });

  it.each([0.37, 0.85])('is recognized as a resumed download at %d of it', async (share) => {
    const cut = at(share);
    for (const { codes, messages } of await both(Buffer.concat([bytes.subarray(0, cut), bytes]))) {
      expect(codes[0]).toBe('second-gguf');
      expect(messages[0]).toContain(cut.toLocaleString('en-US'));
    }
  });
});

describe('zeros that sound models have', () => {
  it.each([
    ['biases', { biases: true }, zeroed(/\.bias$/)],
    ['what a switched-off layer writes', { layers: 4 }, zeroed(/^blk\.2\.(attn_output|ffn_down)\.weight$/)],
    [
      'an expert',
      { experts: 4 },
      ((item) =>
        /_exps/.test(String(item.name))
          ? { ...item, data: Buffer.from(item.data).fill(0, item.data.length / 2, (3 * item.data.length) / 4) }
          : item) as Change,
    ],
  ] as [string, ModelForm, Change][])('pass: %s', async (_, form, change) => {
    for (const { verdict } of await both(written(form, change).bytes)) expect(verdict).toBe('pass');
  });
});

describe('overwritten numbers', () => {
  /** A half at the position of the scale of one block of Q4_K. */
  const scale = (half: number, layers: number) =>
    written(
      { type: 'Q4_K', layers },
      patched(`blk.${layers - 1}.ffn_up.weight`, (data) => data.writeUInt16LE(half, 144 * 40)),
    ).bytes;

  it.each([1, 2, 3, 6])('fail where no weight has such values, whatever the number of layers (%d)', async (layers) => {
    for (const { verdict, codes, messages } of await both(scale(0x7b53, layers))) {
      expect(verdict).toBe('fail');
      expect(codes[0]).toBe('numbers-too-large');
      expect(messages[0]).toMatch(/block 40, row 40 \(bytes [\d,]+–[\d,]+\)/);
    }
  });

  it.each([1, 6])('are a warning where one block is odd (%d layers)', async (layers) => {
    for (const { verdict, codes } of await both(scale(0x3c00, layers)))
      expect([verdict, codes]).toEqual(['pass', ['odd-block']]);
  });

  it('are reported at their position', async () => {
    const { bytes, dataEnd } = written(
      { type: 'F16' },
      patched('output.weight', (d) => d.writeUInt16LE(0x7e00, 102)),
    );
    const [{ messages, places }] = await both(bytes);
    const start = dataEnd - 256 * 64 * 2 + 102;
    expect(places[0]).toMatchObject({ offset: start, end: start + 2 });
    expect(messages[0]).toContain('number 51, row 0');
  });
});

describe.skipIf(!existsSync(CASES))('files from reports (needs ../shared)', () => {
  it.each([
    ['llama-cat.gguf', 'second-gguf', '36,256'],
    ['resumed-200.gguf', 'second-gguf', '101,299'],
    ['prealloc-holes.gguf', 'empty-data', '84,416–168,832'],
    ['model.gguf-split-a', 'data-truncated', ''],
  ])('%s: %s', async (name, code, words) => {
    for (const data of [false, true]) {
      const { files } = await check(join(CASES, name), { data });
      const found = files[0]?.findings.find((finding) => finding.code === code);
      expect([files[0]?.verdict, found?.level]).toEqual(['fail', 'error']);
      expect(found?.message).toContain(words);
    }
  });

  it('a part other than the first one has to be joined', async () => {
    const { files } = await check(join(CASES, 'model.gguf-split-b'));
    expect(files[0]).toMatchObject({ verdict: 'unreadable', error: { code: 'not-gguf' } });
    expect(files[0]?.error?.hint).toContain('join all parts');
  });

  it('a sound one passes', async () => {
    const { files } = await check(readFileSync(join(CASES, 'ok-tiny.gguf')), { data: true });
    expect(files[0]?.verdict).toBe('pass');
  });
});
