/** Opening a model: whichever way it comes, it has the same header, the same bytes and the same data. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Location } from '../../src/locate/location.js';
import { openModel } from '../../src/open/open-model.js';
import { readHeader } from '../../src/open/read-header.js';
import { readVocabulary } from '../../src/tokenizer/read-vocabulary.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { pieces } from '../support/reading.js';

const PATH = join(FIXTURES_FOLDER, 'tiny-stories-Q4_K_M.gguf');
const BYTES = readFileSync(PATH);
const NAME = 'model';

const stream = (): Location => ({ kind: 'stream', name: NAME, path: null, chunks: pieces(BYTES, 10_007) });
const WAYS: Readonly<Record<string, () => Location>> = {
  'a file': () => ({ kind: 'file', name: NAME, path: PATH }),
  memory: () => ({ kind: 'memory', name: NAME, path: null, bytes: BYTES }),
  'a stream': stream,
};

describe.each(Object.entries(WAYS))('a model from %s', (way, location) => {
  it('is the same model, with its data and the bytes of its header', async () => {
    await using opened = await openModel(location(), { data: true, headerBytes: true });
    const { file, model, header, data } = opened;
    expect({ ...file, size: BYTES.length }).toEqual(await readHeader(PATH_LOCATION));
    expect(model.tensors).toHaveLength(file.tensors.length);
    expect(opened.model).toBe(model);
    expect(readVocabulary(header).pieces[1]).toBe('<s>');
    const { fileOffset, bytes } = file.tensors[2]!;
    const target = Buffer.alloc(bytes as number);
    expect(await data.read(target, fileOffset)).toBe(bytes);
    expect(target.equals(BYTES.subarray(fileOffset, fileOffset + target.length))).toBe(true);
    expect(opened.locality).toBe(way === 'a stream' ? 'stream' : 'local');
    expect((await opened.measured()).size).toBe(BYTES.length);
  });

  it('has its size without the data, on request', async () => {
    await using opened = await openModel(location(), { toEnd: true });
    expect(opened.file.size).toBe(BYTES.length);
  });

  it('reads a file beside others in the same way as a single one', async () => {
    const there = location();
    expect(await readHeader(there, { besideOthers: true })).toEqual(await readHeader(location()));
  });
});

const PATH_LOCATION: Location = { kind: 'file', name: NAME, path: PATH };

describe('a stream', () => {
  it('gives its bytes once', async () => {
    await using opened = await openModel(stream(), { data: true });
    const [first, second] = [opened.file.tensors[0]!, opened.file.tensors[1]!];
    await opened.data.read(Buffer.alloc(10), second.fileOffset);
    await expect(opened.data.read(Buffer.alloc(10), first.fileOffset)).rejects.toThrow('has passed');
  });

  it('is ended after its header where its data is not needed', async () => {
    let ended = false;
    async function* watched() {
      try {
        yield* pieces(BYTES, 4096);
      } finally {
        ended = true;
      }
    }
    const opened = await openModel({ kind: 'stream', name: NAME, path: null, chunks: watched() });
    expect(ended).toBe(true);
    expect(() => opened.data).toThrow('open the model with `data`');
  });

  it('is ended by the end of the scope', async () => {
    let ended = false;
    async function* watched() {
      try {
        yield* pieces(BYTES, 4096);
      } finally {
        ended = true;
      }
    }
    {
      await using _opened = await openModel(
        { kind: 'stream', name: NAME, path: null, chunks: watched() },
        { data: true },
      );
      expect(ended).toBe(false);
    }
    expect(ended).toBe(true);
  });
});

describe('an error', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'open-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('has the name of the input', async () => {
    const path = join(folder, 'm.gguf');
    await expect(openModel(path)).rejects.toMatchObject({ code: 'file-not-found', target: path });
    writeFileSync(path, 'no model');
    await expect(openModel(path)).rejects.toMatchObject({ code: 'not-gguf', target: path });
    const location: Location = { kind: 'memory', name: 'bytes', path: null, bytes: Buffer.from('no model') };
    await expect(openModel(location)).rejects.toMatchObject({ code: 'not-gguf', target: 'bytes' });
  });

  it('of a file that is gone when its data is needed has it too', async () => {
    const path = join(folder, 'gone.gguf');
    writeFileSync(path, BYTES);
    await using opened = await openModel(path);
    rmSync(path);
    expect(() => opened.data).toThrow(expect.objectContaining({ code: 'file-not-found', target: path }));
  });
});
