/** The commands that a page with a prompt suggests compute with the same prompt, however long it is and whatever it contains. */

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FIXTURES_FOLDER } from '../support/places.js';
import { runAll } from './batch.js';
import { run } from './run.js';

/** Models of each kind, with and without data. */
const FOLDERS = ['valid', 'computed', 'vocabularies', 'headers'];

const LONG = 'Once upon a time there was a little girl. '.repeat(12);

function commandsUnderNext(page: string): string[] {
  const [, next = ''] = page.split(/^ NEXT$/m);
  return next
    .split('\n')
    .filter((line) => line.startsWith(' gguf-explain '))
    .map((line) => line.trim().replace(/ {2,}\S.*$/, ''));
}

/** The words that a shell makes from a command. */
function wordsOf(command: string): string[] {
  const { stdout } = spawnSync('sh', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' });
  return stdout.split('\0').slice(1, -1);
}

function idsOf(words: readonly string[]): number[] {
  const { tokens } = JSON.parse(run([...words.slice(0, 1), '--json', ...words.slice(1)]).stdout) as {
    tokens: { id: number }[];
  };
  return tokens.map(({ id }) => id);
}

const KINDS: readonly (readonly string[])[] = [['flow'], ['attention'], ['attention', '--heads', 'all']];

describe.skipIf(process.platform === 'win32')('a command under NEXT', () => {
  it.each([['Hello world'], ['it costs $HOME `ls` "now"'], ['-v'], ['one\ntwo']])(
    'continues with the prompt %j',
    (prompt) => {
      const asked = ['flow', '--', 'demo', prompt];
      const [first = ''] = commandsUnderNext(run(asked).stdout);
      expect(idsOf(wordsOf(first))).toEqual(idsOf(asked));
    },
  );

  it('shows the prompt as it was typed where single quotes keep it', () => {
    const { stdout } = run(['flow', 'demo', 'it\'s $5 "now"!'], { columns: 80 });
    expect(commandsUnderNext(stdout)[0]).toBe(`gguf-explain flow demo 'it'\\''s $5 "now"!' --lens`);
  });

  it('has a reason, on every page', () => {
    const pages = [
      ['demo'],
      ['flow', 'demo'],
      ['flow', 'demo', 'Hi'],
      ['attention', 'demo', 'Hi'],
      ['token', 'demo', 'Hi'],
    ];
    const others = [
      ['attention', 'demo', 'Hi', '--heads', 'all'],
      ['attention', 'demo', 'Hi', '--with', 'Go'],
    ];
    for (const { stdout } of runAll([...pages, ...others].map((args) => ({ args, env: { COLUMNS: '60' } })))) {
      const [, next = ''] = stdout.split(/^ NEXT$/m);
      const lines = next.split('\n').filter((line) => line !== '');
      expect(lines.length).toBeGreaterThan(1);
      for (const [i, line] of lines.entries())
        if (line.startsWith(' gguf-explain')) expect(lines[i + 1], line).toMatch(/^ {3}\S/);
    }
  });

  it('works for every kind of model', () => {
    // The vocabulary of this model has no token for a text.
    const files = FOLDERS.flatMap((folder) =>
      readdirSync(join(FIXTURES_FOLDER, folder)).map((name) => join(folder, name)),
    )
      .filter((name) => name.endsWith('.gguf') && name !== join('valid', 'bert.gguf'))
      .map((name) => join(FIXTURES_FOLDER, name));
    const pages = runAll(files.map((file) => ({ args: [file] })));
    const commands = pages.flatMap(({ stdout }) => commandsUnderNext(stdout));
    expect(commands.length).toBeGreaterThan(files.length);
    const runs = runAll(commands.map((command) => ({ args: wordsOf(command) })));
    const failed = runs.flatMap(({ code, stderr }, i) => (code === 2 ? [`${commands[i]}: ${stderr}`] : []));
    expect(failed).toEqual([]);
  }, 120_000);

  it('has a placeholder for a prompt that is longer than a line, and says what it stands for', () => {
    for (const [command = '', ...more] of KINDS) {
      const { stdout } = run([command, 'demo', LONG, ...more], { columns: 80 });
      expect(commandsUnderNext(stdout).every((line) => / PROMPT( |$)/.test(line))).toBe(true);
      expect(stdout).toContain('PROMPT is your text.');
      const [, next = ''] = stdout.split(/^ NEXT$/m);
      expect(Math.max(...next.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    }
    const ids = Array.from({ length: 40 }, (_, i) => i).join(',');
    expect(run(['flow', 'demo', '--tokens', ids]).stdout).toMatch(
      /--tokens IDS.*\n IDS are the token ids that you gave\./s,
    );
    expect(run(['attention', 'demo', LONG, '--with', 'Hello']).stdout).toContain(
      'PROMPT is your text, the first or the second.',
    );
  });
});
