/**
 * Which command odd command lines mean. The built program picks one of its pieces by the first word, and commander parses the same words,
 * except for plain lines, which have a short path without commander. All of these must agree, so the built program is compared with the
 * whole program in one file.
 */

import { copyFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIXTURES_FOLDER } from '../support/places.js';
import { runAll } from './batch.js';
import { type Outcome, PROJECT_FOLDER, run } from './run.js';

const TITLE = /^ Small Llama /;
const JSON_REPORT = /^\{\n {2}"schemaVersion"/;
const ROOT_HELP = /^Usage: gguf-explain MODEL \| COMMAND/;

/** The beginning of each line's output, the stream that it goes to, and its exit code. The folder contains a model called check. */
const LINES: readonly [words: string[], begins: RegExp, code: number][] = [
  [['check', 'm.gguf'], /^ pass {2}m\.gguf/, 0],
  [['check', './check'], /^ pass {2}\.\/check/, 0],
  [['check', '--', 'check'], /^ pass {2}check/, 0],
  [['check', '--header', 'A: b', 'm.gguf'], /^gguf-explain: --header does nothing/, 0],
  [['explain', 'check'], TITLE, 0],
  [['./check'], TITLE, 0],
  [['--', 'check'], TITLE, 0],
  [['--', 'explain'], /^gguf-explain: explain: /, 2],
  [['m.gguf'], TITLE, 0],
  [['--json', 'm.gguf'], JSON_REPORT, 0],
  [['m.gguf', '--json'], JSON_REPORT, 0],
  [['explain', 'm.gguf'], TITLE, 0],
  [['explain', '--json', 'm.gguf'], JSON_REPORT, 0],
  [['explain', 'm.gguf', '--json', '--json'], JSON_REPORT, 0],
  [['explain', 'explain'], /^gguf-explain: explain: /, 2],
  [['check', '--json', 'm.gguf'], JSON_REPORT, 0],
  [
    ['check', 'm.gguf', '--json', '--quiet'],
    /^gguf-explain: --quiet cannot be used together with --json \(bad-usage\)/,
    2,
  ],
  [['learn', 'check'], /^ LESSONS\n\n gguf-explain learn weights check\n/, 0],
  [['learn', 'explain'], /^gguf-explain: "explain" is not a lesson/, 2],
  [['check', 'm.gguf', 'check'], /^ pass {2}m\.gguf.*\n pass {2}check /s, 0],
  [['m.gguf', '--full'], /^gguf-explain: --full needs --json/, 2],
  [['m.gguf', '--jsno'], /^gguf-explain: explain has no option --jsno .*\n {2}hint: did you mean --json\?/, 2],
  [['cut.gguf'], /^gguf-explain: cut\.gguf: truncated/, 2],
  [['cut.gguf', '--json'], /^gguf-explain: cut\.gguf: truncated/, 2],
  [['check', 'cut.gguf'], /^ unreadable {2}cut\.gguf/, 2],
  [['absent.gguf'], /^gguf-explain: absent\.gguf: /, 2],
  [['check', 'absent.gguf', '--json'], JSON_REPORT, 2],
  [['.'], /^gguf-explain: \.: /, 2],
  [['check', '.'], /^ unreadable {2}/, 2],
  [['part-00001-of-00002.gguf'], /^gguf-explain: |^ Small Llama /, 0],
  [['hf:'], /^gguf-explain: hf:/, 2],
  [['--', '--json'], /^gguf-explain: --json: /, 2],
  [['-V'], /^\d+\.\d+\.\d+\n$/, 0],
  [['--version', 'check'], /^\d+\.\d+\.\d+\n$/, 0],
  [['--help'], ROOT_HELP, 0],
  [['-h', 'check'], ROOT_HELP, 0],
  [['--help', 'check'], ROOT_HELP, 0],
  [['help'], ROOT_HELP, 0],
  [['help', 'check'], /^Usage: gguf-explain check\|verify /, 0],
  [['help', 'chekc'], /^gguf-explain: there is no command chekc .*\n {2}hint: did you mean check\?/, 2],
  [['help', 'scan'], /^Usage: gguf-explain scan /, 0],
  [['check', '--help'], /^Usage: gguf-explain check\|verify /, 0],
  [['verify', '--help'], /^Usage: gguf-explain check\|verify /, 0],
  [['info', 'm.gguf'], TITLE, 0],
  [['info', '--json', 'm.gguf'], JSON_REPORT, 0],
  [['verify', 'm.gguf'], /^ pass {2}m\.gguf/, 0],
  [['compare', 'm.gguf', 'check'], / nothing differs|equal|identical/, 0],
  [['info'], /^gguf-explain: explain needs a model/, 2],
  [['check'], /^gguf-explain: check needs a model/, 2],
  [['--', 'check', 'm.gguf'], /^gguf-explain: there are too many words: explain takes MODEL/, 2],
  [
    ['--header', 'A: b', 'check', 'm.gguf'],
    /^gguf-explain: the command comes first.*\n {2}hint: write gguf-explain check …/,
    2,
  ],
  [
    ['--json', 'tensors', 'm.gguf'],
    /^gguf-explain: the command comes first.*\n {2}hint: write gguf-explain tensors …/,
    2,
  ],
  [
    ['flow', 'm.gguf', 'Hello', 'world'],
    /^gguf-explain: there are too many words: flow takes MODEL PROMPT .*\n {2}hint: put the prompt in quotes/,
    2,
  ],
  [['flow', 'm.gguf', 'Hi', '--every', '0'], /^gguf-explain: --every: "0" is not .*\n {2}hint: write 4\n/, 2],
  [['attention', 'm.gguf', 'Hi', '--heads', 'some'], /^gguf-explain: --heads: "some" is not "all", the only choice/, 2],
  [['m.gguf', 'check'], /^gguf-explain: there are too many words: explain takes MODEL/, 2],
  [['chec', 'm.gguf'], /^gguf-explain: "chec" is neither a command nor a file.*\n {2}hint: did you mean check\?/, 2],
  [
    ['chekc'],
    /^gguf-explain: chekc: this is neither a command nor a file \(file-not-found\)\n {2}hint: did you mean check\?\n$/,
    2,
  ],
  [['chekc', 'm.gguf'], /^gguf-explain: "chekc" is neither a command nor a file/, 2],
  [
    ['chekc.gguf'],
    /^gguf-explain: chekc\.gguf: there is no such file or folder \(file-not-found\)\n {2}hint: gguf-explain list shows the models/,
    2,
  ],
  [['--bogus', 'check', 'm.gguf'], /^gguf-explain: explain has no option --bogus /, 2],
  [['CHECK', 'm.gguf'], /^gguf-explain: "CHECK" is neither.*\n {2}hint: did you mean check\?/, 2],
  [['__proto__'], /^gguf-explain: __proto__: /, 2],
  [['constructor', 'm.gguf'], /^gguf-explain: "constructor" is neither a command nor a file/, 2],
  [[''], /^gguf-explain: /, 2],
  [['--', ''], /^gguf-explain: /, 2],
  [['--'], /^gguf-explain: explain needs a model/, 2],
  [['./demo'], /^gguf-explain: \.\/demo: there is no such file/, 2],
  [[], /^gguf-explain shows what is stored in a GGUF model file/, 2],
];

describe('a command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  let built: Outcome[];
  let whole: Outcome[];
  beforeAll(() => {
    for (const name of ['m.gguf', 'check'])
      copyFileSync(join(FIXTURES_FOLDER, 'valid', 'llama.gguf'), join(folder, name));
    copyFileSync(join(folder, 'm.gguf'), join(folder, 'part-00001-of-00002.gguf'));
    copyFileSync(join(folder, 'm.gguf'), join(folder, 'cut.gguf'));
    truncateSync(join(folder, 'cut.gguf'), 100);
    const start = join(folder, 'whole.cjs');
    buildSync({
      absWorkingDir: PROJECT_FOLDER,
      entryPoints: ['src/cli/main.ts'],
      outfile: start,
      bundle: true,
      format: 'cjs',
      platform: 'node',
      target: 'node20.19',
      define: { 'import.meta.url': '__filename' },
      logLevel: 'error',
    });
    const jobs = LINES.map(([args]) => ({ args }));
    built = runAll(jobs, { cwd: folder });
    whole = runAll(jobs, { cwd: folder, start });
  });

  it.each(LINES.map((line, i) => [line[0].join(' '), i, ...line.slice(1)] as [string, number, RegExp, number]))(
    'gguf-explain %s',
    (_, i, begins, code) => {
      const { stdout, stderr, code: exit } = built[i] as Outcome;
      expect(stderr || stdout).toMatch(begins);
      expect(exit).toBe(code);
      expect(built[i]).toEqual(whole[i]);
    },
  );
});

describe('demo', () => {
  const empty = mkdtempSync(join(tmpdir(), 'gguf-explain-'));
  const full = mkdtempSync(join(tmpdir(), 'gguf-explain-'));
  copyFileSync(join(FIXTURES_FOLDER, 'valid', 'llama.gguf'), join(full, 'demo'));
  afterAll(() => {
    for (const folder of [empty, full]) rmSync(folder, { recursive: true });
  });

  it.each<[string, RegExp]>([
    ['demo', /^ Tiny Stories 1\.6M /],
    ['explain demo', /^ Tiny Stories 1\.6M /],
    ['demo --json', JSON_REPORT],
    ['demo --full --json', JSON_REPORT],
    ['check demo', /^ pass {2}demo .*\n.*tiny-stories-Q4_K_M\.gguf/],
    ['token demo Hello', /^ token 616 /],
    ['token Hello demo', /^ token 616 /],
    ['memory demo', /^ STORED /],
    ['scan demo', /^\{"schemaVersion".*"demo"/],
  ])('is the included model, wherever the program is started: %s', (line, begins) => {
    const { stdout, code } = run(line.split(' '), { cwd: empty });
    expect(stdout).toMatch(begins);
    expect(code).toBe(0);
  });

  it('is the file of that name where there is one', () => {
    expect(run(['demo'], { cwd: full }).stdout).toMatch(TITLE);
    expect(run(['learn', 'weights'], { cwd: full }).stdout).toMatch(/gguf-explain tensors .*tiny-stories-Q4_K_M\.gguf/);
  });

  it('is reported where a folder of that name holds no model', () => {
    const hidden = mkdtempSync(join(empty, 'hidden-'));
    mkdirSync(join(hidden, 'demo'));
    const { stderr, code } = run(['flow', 'demo', 'Hi'], { cwd: hidden });
    expect(stderr).toMatch(/\(no-models\)\n {2}hint: a folder named demo hides the included model/);
    expect(code).toBe(2);
  });
});
