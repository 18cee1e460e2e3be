/**
 * The commands that pages and lessons name for a model work when they are repeated literally, with or without a vocabulary, and however
 * long.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runAll } from '../cli/batch.js';
import { list, text, writeGguf } from '../support/gguf-writer.js';
import { SIZES, tinyModel } from './tiny-model.js';

const top = mkdtempSync(join(tmpdir(), 'next-'));
const folder = join(
  top,
  'a-folder-with-a-name-that-fills-the-line',
  'and-one-more-in-it-so-that-no-screen-is-wide-enough',
);
mkdirSync(folder, { recursive: true });
afterAll(() => rmSync(top, { recursive: true }));

/** A model as llama.cpp writes one without a tokenizer: its list of tokens exists but is empty. */
function silentModel(): string {
  const path = join(folder, 'model.gguf');
  const { metadata, tensors } = tinyModel('gemma2');
  const pieces = list('tokenizer.ggml.tokens', 'string', new Array(SIZES.vocabulary).fill(''));
  const own = [text('tokenizer.ggml.model', 'no_vocab'), pieces];
  writeFileSync(path, writeGguf({ metadata: [...metadata, ...own], tensors }));
  return path;
}

/** The commands after NEXT and TRY, as words. */
function commandsOf(page: string): string[][] {
  const lines = page.split('\n').map((line) => line.trim());
  const marks = ['NEXT', 'TRY'].filter((mark) => lines.includes(mark)).map((mark) => lines.indexOf(mark));
  const commands = lines.slice(Math.min(...marks)).filter((line) => line.startsWith('gguf-explain '));
  return commands.map((line) =>
    line
      .replace(/ > \S+$/, '')
      .replaceAll("'", '')
      .split(' ')
      .slice(1),
  );
}

describe('a model without a vocabulary, in a folder with a long name', () => {
  const path = silentModel();
  const many = Array.from({ length: 40 }, (_, i) => i % SIZES.vocabulary).join(',');
  const pages = [
    ['flow', path],
    ['flow', path, '--tokens', '1,2,3'],
    ['flow', path, '--tokens', many],
    ['attention', path, '--tokens', '1,2,3'],
    ['attention', path, '--tokens', many, '--layer', '1'],
    ['learn', 'attention', path],
    ['learn', 'confused', path],
  ];
  const outcomes = runAll(pages.map((args) => ({ args, env: { COLUMNS: '80' } })));

  it.each(pages.map((args, i) => ({ line: args.join(' ').replace(path, 'model.gguf').slice(0, 60), i })))(
    '$line names commands that work',
    ({ i }) => {
      expect(outcomes[i]).toMatchObject({ code: 0, stderr: '' });
      // IDS replaces many ids, which the reader has already typed.
      const commands = commandsOf(outcomes[i]?.stdout ?? '').map((words) =>
        words.map((word) => (word === 'IDS' ? many : word)),
      );
      expect(commands.length).toBeGreaterThan(0);
      expect(commands.every((words) => words.includes(path))).toBe(true);
      const failed = runAll(commands.map((args) => ({ args }))).filter(
        ({ code, stdout }) => code !== 0 || stdout === '',
      );
      expect(failed).toEqual([]);
    },
  );
});
