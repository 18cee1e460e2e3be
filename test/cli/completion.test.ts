/** Completion of command lines: the suggestions for every command, and completion in real shells where they are installed. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/command-list.js';
import { complete } from '../../src/cli/completion/candidates.js';
import { completionData } from '../../src/cli/completion/data.js';
import { answerLines, wordsFrom } from '../../src/cli/completion/shells.js';
import { MODEL_PATH } from '../support/loopback-run.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { PROJECT_FOLDER, plainEnvironment, run } from './run.js';
import { folderWithProgram } from './transcript.js';

const DATA = completionData(COMMANDS);
const names = async (_words: readonly string[], wanted: 'tensors' | 'keys') =>
  wanted === 'keys' ? ['general.name', 'general.type'] : ['output.weight', 'blk.0.attn_q.weight', 'a b', 'a\nb'];

/** The suggestions, with `+` before a kind of files. */
async function offered(...words: string[]): Promise<string[]> {
  const { files, candidates } = await complete(DATA, words, names);
  return [...(files === 'none' ? [] : [`+${files}`]), ...candidates.map(({ word }) => word)];
}

describe('a line', () => {
  it.each<[string[], string[]]>([
    [['tens'], ['+models', 'tensors', 'tensor']],
    [['ex'], ['+models', 'explain']],
    [
      ['help', 'sc'],
      ['scan', 'schema'],
    ],
    [['help', 'scan', ''], []],
    [['ls', ''], ['+folders']],
    [['check', '--form'], ['--format']],
    [['verify', '--form'], ['--format']],
    [['m.gguf', '--form'], ['--format']],
    [
      ['check', '--format', 'g'],
      ['github', 'gitlab'],
    ],
    [
      ['check', '--format=g'],
      ['--format=github', '--format=gitlab'],
    ],
    [['check', '--json', '--j'], []],
    [['check', ''], ['+models']],
    [['check', 'a.gguf', ''], ['+models']],
    [['check', '--rules', 'format,m'], ['format,model']],
    [['check', '--rules=format,m'], ['--rules=format,model']],
    [['check', '--policy', ''], ['+files']],
    [['check', '-o', ''], ['+files']],
    [['memory', '--kv-type', 'q8'], ['q8_0']],
    [
      ['sizes', 'a.gguf', '--type', 'Q4_K_M,IQ4_'],
      ['Q4_K_M,IQ4_NL', 'Q4_K_M,IQ4_XS'],
    ],
    [
      ['tensors', 'a.gguf', '--role', 'attention,vision,attention-query-k'],
      ['attention,vision,attention-query-key-value'],
    ],
    [
      ['tensor', 'a.gguf', ''],
      ['output.weight', 'blk.0.attn_q.weight'],
    ],
    [['tensor', 'a.gguf', 'output.weight', ''], []],
    [['tensors', 'a.gguf', 'x', 'blk'], ['blk.0.attn_q.weight']],
    [['metadata', 'a.gguf', 'general.n'], ['general.name']],
    [['diff', 'a.gguf', ''], ['+models']],
    [['diff', 'a.gguf', 'b.gguf', '--ignore', 'general.t'], ['general.type']],
    [['scan', '--resume', ''], ['+files']],
    [['schema', 'tok'], ['token']],
    [['completion', 'z'], ['zsh']],
    [['check', '--', '--form'], ['+models']],
    [['check', '--threads', ''], []],
  ])('%j', async (words, expected) => {
    expect(await offered(...words)).toEqual(expected);
  });

  it('of any command is completed without an error, whatever it contains', async () => {
    for (const { name, options } of DATA) {
      for (const {
        names: [option = ''],
      } of options) {
        for (const words of [
          [name, option, ''],
          [name, '', option],
          [name, `${option}=`],
          [name, '--', option, ''],
        ]) {
          await expect(offered(...words)).resolves.toBeDefined();
        }
      }
    }
  });

  it('has every choice of every option', async () => {
    for (const { name, options } of DATA) {
      for (const { names: all, values } of options) {
        if (values.length > 0) expect(await offered(name, all.at(-1) as string, '')).toEqual(values);
      }
    }
  });
});

describe('the contents of the file', () => {
  it('are suggested from its header; a file that cannot be read gives no suggestions', () => {
    const ask = (...words: string[]) =>
      run(['completion', 'fish', '--', ...words])
        .stdout.split('\n')
        .slice(0, -1);
    expect(ask('tensor', MODEL_PATH, 'blk.0.attn_q')).toEqual(['none', 'blk.0.attn_q.weight\t']);
    expect(ask('metadata', MODEL_PATH, 'llama.attention.head_count_')).toEqual([
      'none',
      'llama.attention.head_count_kv\t',
    ]);
    expect(ask('tensor', join(FIXTURES_FOLDER, 'README.md'), '')).toEqual(['none']);
    expect(ask('tensor', 'hf:owner/repo', '')).toEqual(['none']);
    expect(run(['completion', 'csh'])).toMatchObject({ code: 2, stderr: expect.stringContaining('(no-such-shell)') });
  });
});

describe('the words of a shell', () => {
  it('are read as the shell reads them', () => {
    expect(wordsFrom('bash', ['a\\ b.gguf', "'c d", '"e\\"f"', '--x', '=', 'y'])).toEqual([
      'a b.gguf',
      'c d',
      'e"f',
      '--x=y',
    ]);
    expect(wordsFrom('bash', ['check', '--x', '='])).toEqual(['check', '--x=']);
    expect(wordsFrom('fish', ['a\\ b', '--x', '='])).toEqual(['a\\ b', '--x', '=']);
    const answer = { files: 'none', candidates: [{ word: '--format=json', says: 'x '.repeat(99) }] } as const;
    expect(answerLines('bash', answer, ['--format=j'])).toEqual(['none\tj', 'json']);
    const [, line = ''] = answerLines('zsh', answer, ['--format=j']);
    expect([line.startsWith('--format=json\tx x'), line.length]).toEqual([true, 84]);
  });
});

const program = folderWithProgram();
const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-completion-'));
writeFileSync(join(folder, 'a b.gguf'), '');
writeFileSync(join(folder, 'notes.txt'), '');
mkdirSync(join(folder, 'models'));
/** Names that a shell would change, each with the ways in which a user may have begun to type them. */
const AWKWARD: readonly [name: string, ...begun: string[]][] = [
  ['a b.gguf', 'a\\ ', "'a ", '"a '],
  ["q'uote.gguf", "q\\'", '"q\''],
  ['do$lar.gguf', 'do\\$', "'do$", '"do\\$'],
  ['dq"uote.gguf', 'dq\\"', '\'dq"'],
  ['back\\slash.gguf', 'back\\\\'],
  ['$(x).gguf', '\\$', "'$(x"],
  ['*star.gguf', '\\*', '"*'],
  ['new\nline.gguf', 'new'],
];
const awkward = join(folder, 'models', 'awkward');
mkdirSync(awkward);
if (process.platform !== 'win32') for (const [name] of AWKWARD) writeFileSync(join(awkward, name), '');
afterAll(() => {
  for (const each of [program, folder]) rmSync(each, { recursive: true });
});

const has = (shell: string) => spawnSync(shell, ['-c', 'exit 0']).status === 0;
const inShell = (shell: string, args: readonly string[], cwd = PROJECT_FOLDER) => {
  const env = { ...plainEnvironment(), PATH: `${program}${delimiter}${process.env.PATH}`, HOME: folder };
  const { stdout, stderr } = spawnSync(shell, args, { cwd, env, encoding: 'utf8', timeout: 60_000 });
  expect(stderr).toBe('');
  return stdout;
};

const LINES: readonly [words: string[], ...expected: string[]][] = [
  [['learn', 'at'], 'attention'],
  [['check', '--format', 'git'], 'github', 'gitlab'],
  [['tensor', MODEL_PATH, 'blk.1.attn_q'], 'blk.1.attn_q.weight'],
  [['hash', '--alg'], '--algorithm'],
];

describe('in a real shell', () => {
  it.skipIf(!has('bash'))('bash (needs bash)', () => {
    const ask = (words: readonly string[], cwd?: string) => {
      const script = `source <(gguf-explain completion bash)
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _gguf_explain gguf-explain; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const args = ['--norc', '--noprofile', '-c', script, 'bash', 'gguf-explain', ...words];
      return inShell('bash', args, cwd).trimEnd().split('\n');
    };
    for (const [words, ...expected] of LINES) expect(ask(words)).toEqual(expected);
    expect(ask(['check', '--format', '=', 'git'])).toEqual(['github', 'gitlab']);
    expect(ask(['check', ''], folder).sort()).toEqual(['a b.gguf', 'models']);
    expect(ask(['check', '-o', ''], folder).sort()).toEqual(['a b.gguf', 'models', 'notes.txt']);
    expect(ask(['list', ''], folder)).toEqual(['models']);
    expect(ask(['check', '~/no']).concat(ask(['check', '-o', '~/no']))).toEqual(['', '~/notes.txt']);
  });

  it.skipIf(!has('bash'))('bash finds files by their meaning, however the name is typed (needs bash)', () => {
    const script = `source <(gguf-explain completion bash)
      for word in "$@"; do COMP_WORDS=(gguf-explain check "$word") COMP_CWORD=2; _gguf_explain gguf-explain
        printf '%s\\0' "\${COMPREPLY[@]}" end; done`;
    const begun = AWKWARD.flatMap(([, ...words]) => words);
    const printed = inShell('bash', ['--norc', '--noprofile', '-c', script, 'bash', '', ...begun], awkward);
    const [all = '', ...each] = printed.split('\0end\0');
    expect(all.split('\0').sort()).toEqual(AWKWARD.map(([name]) => name).sort());
    const expected = AWKWARD.flatMap(([name, ...words]) => words.map(() => name));
    expect(each.slice(0, -1)).toEqual(expected);
  });

  it.skipIf(!has('fish'))('fish (needs fish)', () => {
    const ask = (words: readonly string[], cwd?: string) => {
      const script = `gguf-explain completion fish | source; complete -C "gguf-explain ${words.join(' ')}"`;
      return inShell('fish', ['--no-config', '-c', script], cwd)
        .trimEnd()
        .split('\n')
        .map((line) => line.split('\t')[0]);
    };
    for (const [words, ...expected] of LINES) expect(ask(words)).toEqual(expected);
    expect(ask(['check', '--format=git'])).toEqual(['--format=github', '--format=gitlab']);
    expect(ask(['list', ''], folder)).toEqual(['models/']);
  });

  it.skipIf(!has('zsh'))(
    'zsh (needs zsh)',
    () => {
      // A separate terminal, in which keys are pressed; the line is complete when the text after it appears.
      const script = `zmodload zsh/zpty; zpty z 'TERM=dumb COLUMNS=200 zsh -f -i'
      zpty -w z "PROMPT='> '; autoload -Uz compinit; compinit -u -D; source <(gguf-explain completion zsh); print re''ady"
      zpty -r z out '*ready*'
      zpty -w -n z "$1"$'\\t'; zpty -r z out "*$2*"; print -r -- "\${(q)out}"; zpty -d z`;
      const ask = (typed: string, awaited: string) =>
        inShell('zsh', ['-f', '-c', script, 'zsh', typed, awaited], folder);
      for (const [words, first = '', second] of LINES) {
        const typed = `gguf-explain ${words.join(' ')}`;
        // Of several matches the common beginning is inserted, and pressing the key again lists them.
        const shown = second === undefined ? ask(typed, first) : ask(`${typed}\t`, second);
        expect(shown).toContain(second ?? first);
      }
      expect(ask('gguf-explain list mo', 'models/')).toContain('models/');
    },
    60_000,
  );
});
