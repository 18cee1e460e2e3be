/** `check` on architectures that are only partly known: it always says so, in any format. */

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

/** A file of one tensor, which is not a model, whatever its architecture. */
function oneTensor(architecture: string): string {
  const path = join(folder, `${architecture}.gguf`);
  const metadata = [text('general.architecture', architecture), text('general.name', 'One')];
  writeFileSync(path, writeGguf({ metadata, tensors: [tensor('blk.0.attn_q.weight', [4, 4])] }));
  return path;
}

const filesOf = (stdout: string) =>
  JSON.parse(stdout).files as { findings: { code: string }[]; notChecked?: { what: string }[] }[];

describe('a file of one tensor', () => {
  it('does not pass without a word for any known architecture', () => {
    const jobs = knownArchitectures().map((name) => ({
      args: ['check', '--json', '--rules', 'model', oneTensor(name)],
    }));
    const silent = runAll(jobs).flatMap(({ stdout }, i) => {
      const [file] = filesOf(stdout);
      return file?.findings.length === 0 && file.notChecked === undefined ? [jobs[i]?.args[4]] : [];
    });
    // A projector is a companion of a model, and has its own rules.
    expect(silent.filter((path) => !path?.endsWith('clip.gguf'))).toEqual([]);
  });

  it('lacks as a deepseek32 the tensors that its loader requires, beyond those that it lacks as a llama', () => {
    const codes = (name: string) =>
      filesOf(run(['check', '--json', '--rules', 'model', oneTensor(name)]).stdout)[0]?.findings.map(
        ({ code }) => code,
      );
    expect(codes('deepseek32')).toEqual([...Array(13).fill('key-missing'), 'tokenizer-missing']);
    expect(codes('llama')).toEqual([...Array(5).fill('key-missing'), 'tokenizer-missing']);
  });
});

describe('rules that cannot be applied', () => {
  const draft = oneTensor('dflash');
  const words =
    /not checked: numbers \(key-missing, [\w\s,-]+\): its\s+vocabulary\s+is\s+that\s+of\s+the\s+model\s+that\s+it\s+drafts\s+for/;

  it.each([['text'], ['junit'], ['sarif'], ['github']])('are reported as %s', (format) => {
    expect(run(['check', '--format', format, draft], { columns: 200 }).stdout).toMatch(words);
  });

  it('are a field of the JSON, and of that of explain', () => {
    const reason = 'its vocabulary is that of the model that it drafts for';
    const expected = [{ what: 'numbers', rules: expect.arrayContaining(['key-missing', 'shape-disagrees']), reason }];
    expect(filesOf(run(['check', '--json', draft]).stdout)).toMatchObject([{ notChecked: expected }]);
    expect(JSON.parse(run([draft, '--json']).stdout)).toMatchObject({ notChecked: expected });
    expect(run([draft], { columns: 200 }).stdout).toContain('gguf-explain check cannot check numbers (key-missing, ');
  });

  it('are not reported where they were not requested', () => {
    expect(filesOf(run(['check', '--json', '--rules', 'format', draft]).stdout)[0]).not.toHaveProperty('notChecked');
  });

  it('have one reason for an unknown architecture', () => {
    const [file] = filesOf(run(['check', '--json', oneTensor('nobody')]).stdout);
    expect(file?.notChecked).toMatchObject([
      { what: 'tensors', reason: 'the architecture is not known' },
      { what: 'numbers', reason: 'the architecture is not known' },
    ]);
  });
});
