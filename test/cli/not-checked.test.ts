/** What `check` says of an architecture of which not all is known: never nothing, in any format. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { knownArchitectures } from '../../src/architectures/book.js';
import { tensor, text, writeGguf } from '../support/gguf-writer.js';
import { runAll } from './batch.js';
import { run } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file of one tensor: whatever its architecture, it is not a model. */
function oneTensor(architecture: string): string {
  const path = join(folder, `${architecture}.gguf`);
  const metadata = [text('general.architecture', architecture), text('general.name', 'One')];
  writeFileSync(path, writeGguf({ metadata, tensors: [tensor('blk.0.attn_q.weight', [4, 4])] }));
  return path;
}

const filesOf = (stdout: string) =>
  JSON.parse(stdout).files as { findings: { code: string }[]; notChecked?: { what: string }[] }[];

describe('a file of one tensor', () => {
  it('passes for no known architecture without a word', () => {
    const jobs = knownArchitectures().map((name) => ({
      args: ['check', '--json', '--rules', 'model', oneTensor(name)],
    }));
    const silent = runAll(jobs).flatMap(({ stdout }, i) => {
      const [file] = filesOf(stdout);
      return file?.findings.length === 0 && file.notChecked === undefined ? [jobs[i]?.args[4]] : [];
    });
    // A projector by itself is a companion, and has rules of its own.
    expect(silent.filter((path) => !path?.endsWith('clip.gguf'))).toEqual([]);
  });

  it('lacks the same as a deepseek32 that it lacks as a llama', () => {
    const codes = (name: string) =>
      filesOf(run(['check', '--json', '--rules', 'model', oneTensor(name)]).stdout)[0]?.findings.map(
        ({ code }) => code,
      );
    expect(codes('deepseek32')).toEqual([...Array(6).fill('key-missing'), 'tokenizer-missing']);
    expect(codes('llama')).toEqual([...Array(5).fill('key-missing'), 'tokenizer-missing']);
  });
});

describe('rules that cannot be applied', () => {
  const laguna = oneTensor('laguna');
  const words =
    /not checked: lengths \(shape-disagrees\): how the lengths of its tensors follow from its\s+numbers is\s+not known/;

  it.each([['text'], ['junit'], ['sarif'], ['github']])('are told as %s', (format) => {
    expect(run(['check', '--format', format, laguna], { columns: 200 }).stdout).toMatch(words);
  });

  it('are a field of the JSON, and of that of explain', () => {
    const expected = [{ what: 'lengths', rules: ['shape-disagrees'] }];
    expect(filesOf(run(['check', '--json', laguna]).stdout)).toMatchObject([{ notChecked: expected }]);
    expect(JSON.parse(run([laguna, '--json']).stdout)).toMatchObject({ notChecked: expected });
    expect(run([laguna], { columns: 200 }).stdout).toContain(
      'gguf-explain check cannot check lengths (shape-disagrees)',
    );
  });

  it('are not told where none were asked for', () => {
    expect(filesOf(run(['check', '--json', '--rules', 'format', laguna]).stdout)[0]).not.toHaveProperty('notChecked');
  });

  it('have one reason for an architecture that nobody knows', () => {
    const [file] = filesOf(run(['check', '--json', oneTensor('nobody')]).stdout);
    expect(file?.notChecked).toMatchObject([
      { what: 'tensors', reason: 'the architecture is not known' },
      { what: 'numbers', reason: 'the architecture is not known' },
    ]);
  });
});
