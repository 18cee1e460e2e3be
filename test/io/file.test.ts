/** Files as sources: read at any position, never written, errors as the system reports them. */

import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openFile } from '../../src/io/file.js';
import { memorySource } from '../../src/io/memory-source.js';
import { pathOf } from '../support/fixtures/fixture.js';
import { FIXTURES } from '../support/fixtures/index.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { outcome, read, readSource } from '../support/reading.js';

const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-'));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, 'ten bytes');
writeFileSync(path, '0123456789');

function withFile<T>(name: string, use: (file: ReturnType<typeof openFile>) => T): T {
  const file = openFile(name);
  try {
    return use(file);
  } finally {
    file.close();
  }
}

describe.each([
  { kind: 'an open file', use: <T>(look: (source: ReturnType<typeof memorySource>) => T) => withFile(path, look) },
  {
    kind: 'bytes in memory',
    use: <T>(look: (source: ReturnType<typeof memorySource>) => T) => look(memorySource(Buffer.from('0123456789'))),
  },
])('$kind', ({ use }) => {
  it.each([
    { at: 0, length: 4, position: 0, text: '0123....', count: 4 },
    { at: 2, length: 3, position: 5, text: '..567...', count: 3 },
    { at: 0, length: 8, position: 7, text: '789.....', count: 3 },
    { at: 0, length: 8, position: 10, text: '........', count: 0 },
    { at: 0, length: 8, position: 99, text: '........', count: 0 },
  ])('gives $count bytes from $position', ({ at, length, position, text, count }) => {
    const target = Buffer.alloc(8, '.');
    expect(use((source) => source.readAt(target, at, length, position))).toBe(count);
    expect(target.toString()).toBe(text);
  });

  it('knows its size', () => {
    expect(use(({ size }) => size)).toBe(10);
  });
});

describe('opening', () => {
  it('a missing file gives the error of the system', () => {
    expect(() => openFile(join(folder, 'missing'))).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });

  it('a folder is an error', () => {
    expect(() => openFile(folder)).toThrow(
      expect.objectContaining({ code: 'NOT_A_FILE', message: 'it is a folder, not a file' }),
    );
  });

  it('and reading does not change the file', () => {
    const before = statSync(path);
    withFile(path, (file) => outcome(() => readSource(file)));
    expect(statSync(path)).toMatchObject({ mtimeMs: before.mtimeMs, size: before.size });
  });
});

describe('fixtures', () => {
  it('are the same read from disk as from memory', () => {
    for (const fixture of FIXTURES) {
      const fromDisk = withFile(join(FIXTURES_FOLDER, pathOf(fixture)), (file) => outcome(() => readSource(file)));
      expect(fromDisk, fixture.name).toEqual(outcome(() => read(fixture.bytes)));
    }
  });
});
