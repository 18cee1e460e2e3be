/**
 * What the size and the location of a file reveal about its download: a cut at a limit of 32 bits, and a blob of the hub's cache without
 * its name.
 */

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SOUND } from '../support/fixtures/flawed-model.js';
import { tensor, text, writeGguf } from '../support/gguf-writer.js';
import { run } from './run.js';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gguf-explain-signs-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const flowing = (path: string) => run(['check', '--rules', 'format,model', path]).stdout.replaceAll(/\s+/g, ' ');

describe('a file that was cut', () => {
  it.each([
    ['2^31 − 1', 2 ** 31 - 1],
    ['2^32 − 2', 2 ** 32 - 2],
    ['2^32 − 1', 2 ** 32 - 1],
  ])('at %s bytes was cut by a limit of 32 bits', (words, size) => {
    const path = join(folder, 'large-Q8_0.gguf');
    const wide = { ...tensor('token_embd.weight', [65_536, 65_536]), data: 'absent' as const };
    writeFileSync(path, writeGguf({ metadata: [text('general.architecture', 'llama')], tensors: [wide] }));
    // A hole takes no space on the disk.
    truncateSync(path, size);
    expect(flowing(path)).toContain(`the file has ${words} bytes: a limit of 32 bits`);
  });
});

describe("a shard in the hub's cache", () => {
  it('that is named by its blob should be used through its link, not renamed', () => {
    const repository = join(folder, 'models--maker--model');
    const snapshot = join(repository, 'snapshots', 'a'.repeat(40));
    const blobs = join(repository, 'blobs');
    for (const path of [snapshot, blobs]) mkdirSync(path, { recursive: true });
    SOUND.shards.forEach((shard, i) => {
      const blob = String(i + 1).repeat(64);
      writeFileSync(join(blobs, blob), writeGguf(shard));
      symlinkSync(join('..', '..', 'blobs', blob), join(snapshot, `model-0000${i + 1}-of-00002.gguf`));
    });
    const words = flowing(join(blobs, '1'.repeat(64)));
    expect(words).toContain('use its link');
    expect(words).toContain('model-00001-of-00002.gguf');
    expect(words).not.toContain('rename it back');
  });
});
