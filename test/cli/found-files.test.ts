/**
 * Odd things in folders and beside files: pipes, sockets, devices, links in circles, unreadable and deep folders. No command may wait for
 * them.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { walk } from '../../src/locate/walk.js';
import { TestHome } from '../support/home.js';
import { MODEL, MODEL_PATH } from '../support/loopback-run.js';
import { splitModel } from '../support/split-model.js';
import { PROGRAM, plainEnvironment } from './run.js';

const home = new TestHome();
const at = (path: string) => join(home.folder, path);
const sockets: string[] = [];
let shards: { fileName: string; bytes: Uint8Array }[] = [];

/** A run that waits for a pipe is ended, and its test fails. */
function run(args: readonly string[], input = '') {
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd: home.folder,
    env: plainEnvironment(),
    input,
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect(signal, `${args.join(' ')} ended`).toBeNull();
  return { stdout, stderr, code: status };
}

function pipe(path: string): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  execFileSync('mkfifo', [at(path)]);
}

const checked = (...args: string[]): { target: string; verdict: string; error?: { code: string; message: string } }[] =>
  JSON.parse(run(['check', ...args, '--json']).stdout).files;
const scanned = (args: string[], input = '') =>
  run(['scan', ...args], input)
    .stdout.trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .sort((a, b) => (a.target < b.target ? -1 : 1));
const listed = (folder: string) => JSON.parse(run(['list', folder, '--json']).stdout).models;

beforeAll(async () => {
  shards = await splitModel(MODEL, 'm', 2);
});
afterAll(() => home.remove());

describe.skipIf(process.platform === 'win32')('a folder that holds more than files', () => {
  beforeAll(() => {
    home.write('odd/good.gguf', MODEL);
    pipe('odd/pipe.gguf');
    symlinkSync('pipe.gguf', at('odd/to-pipe.gguf'));
    symlinkSync('/dev/zero', at('odd/zero.gguf'));
    symlinkSync('gone', at('odd/gone.gguf'));
    mkdirSync(at('odd/folder.gguf'));
    const listen = `require('net').createServer().listen('socket.gguf', () => process.exit(0))`;
    // A socket stays in the folder where its program is killed.
    spawnSync(process.execPath, ['-e', listen.replace('process.exit(0)', "process.kill(process.pid, 'SIGKILL')")], {
      cwd: at('odd'),
    });
    if (existsSync(at('odd/socket.gguf'))) sockets.push('socket');
  });

  const expected = () => [
    ['gone.gguf', 'it is a link to a file that does not exist'],
    ['good.gguf', undefined],
    ['pipe.gguf', 'it is a named pipe, not a file'],
    ...sockets.map((name) => [`${name}.gguf`, 'it is a socket, not a file']),
    ['to-pipe.gguf', 'it is a named pipe, not a file'],
    ['zero.gguf', 'it is a device, not a file'],
  ];

  it('is walked by every command, which reports each such entry', () => {
    const told = (rows: { target: string; error?: { message: string } }[]) =>
      rows.map(({ target, error }) => [target.slice('odd/'.length), error?.message]);
    expect(told(checked('odd'))).toEqual(expected());
    expect(told(scanned(['odd']))).toEqual(expected());
    expect(told(listed('odd'))).toEqual(expected());
    // A pattern matches files, and links to anything.
    const matched = expected().filter(([name]) => ['good.gguf', 'to-pipe.gguf', 'zero.gguf'].includes(name as string));
    expect(told(checked('odd/*.gguf'))).toEqual(matched);
    expect(run(['odd']).stderr).toContain('(several-models)');
  });

  it('holds pipes that are refused in a list of targets, but read when the command line names them', () => {
    expect(scanned([], 'odd/pipe.gguf\nodd/good.gguf\n').map(({ verdict }) => verdict)).toEqual(['pass', 'unreadable']);
    const feeding = `cat '${MODEL_PATH}' > odd/pipe.gguf & exec "$0" "$@"`;
    for (const words of [['--json'], ['check', '--json'], ['scan']]) {
      const args = [
        ...words.filter((word) => word !== '--json'),
        'odd/pipe.gguf',
        ...words.filter((w) => w === '--json'),
      ];
      const outcome = spawnSync('sh', ['-c', feeding, process.execPath, PROGRAM, ...args], {
        cwd: home.folder,
        env: plainEnvironment(),
        encoding: 'utf8',
        timeout: 20_000,
      });
      expect(outcome.stdout, args.join(' ')).toMatch(/llama|"pass"/);
    }
  });

  it('holds the one model that explain looks for, or says why it cannot be read', () => {
    pipe('only/pipe.gguf');
    expect(run(['only'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('only/pipe.gguf: it is a named pipe, not a file (not-readable)'),
    });
  });
});

describe.skipIf(process.platform === 'win32')('a shard whose sibling is a pipe', () => {
  const first = 'set/m-00001-of-00002.gguf';
  const second = 'set/m-00002-of-00002.gguf';
  beforeAll(() => {
    home.write(first, shards[0]?.bytes as Uint8Array);
    pipe(second);
  });

  it.each([['explain'], ['memory'], ['tensors'], ['hash'], ['token'], ['flow']])('is an error of %s', (command) => {
    const words = { token: [first, 'a'], flow: [first, 'a'] }[command] ?? [first];
    const { stderr, code } = run([command, ...words]);
    expect(stderr).toContain(`${second}: it is a named pipe, not a file (not-readable)`);
    expect(code).toBe(2);
  });

  it('is reported by check, scan and list', () => {
    for (const target of [first, 'set']) {
      expect(checked(target).map(({ verdict }) => verdict)).toEqual(['fail', 'unreadable']);
      expect(scanned([target])).toMatchObject([{ target: first, error: { target: second, code: 'not-readable' } }]);
    }
    expect(listed('set')).toMatchObject([{ target: first, error: { code: 'not-readable' } }]);
  });
});

describe('links', () => {
  beforeAll(() => {
    home.write('elsewhere/linked.gguf', MODEL);
    home.write('top/real/inside.gguf', MODEL);
    home.link('top/a-link', 'elsewhere');
    home.link('top/again', 'top/real');
    home.link('top/real/round', 'top');
    home.link('top/same.gguf', 'top/real/inside.gguf');
    home.write('top/z.GGUF', MODEL);
  });
  const paths = ['top/a-link/linked.gguf', 'top/real/inside.gguf', 'top/z.GGUF'];

  it('lead to the same models in every command, each once, and never in a circle', () => {
    const targets = (rows: { target: string }[]) => rows.map(({ target }) => target);
    expect(targets(checked('top'))).toEqual(paths);
    expect(targets(scanned(['top']))).toEqual(paths);
    expect(targets(listed('top'))).toEqual(paths);
    expect(targets(checked('top/**/*.{gguf,GGUF}'))).toEqual(paths);
    // explain means the model that is directly in the folder, and looks into folders below only where there is none.
    expect(run(['top']).code).toBe(0);
    home.link('below/top', 'top');
    expect(run(['below']).stderr).toContain(paths.map((path) => `below/${path}`).join(', '));
  });

  it('make explain and diff find the one model', () => {
    home.link('one/link', 'elsewhere');
    const name = JSON.parse(run(['one', '--json']).stdout).file.name;
    expect(name).toContain('one');
    expect(run(['diff', 'one', MODEL_PATH]).code).toBe(0);
  });

  it('to the shards of a set elsewhere keep the set whole', () => {
    for (const { fileName, bytes } of shards) {
      home.write(`sets/own/${fileName}`, bytes);
      home.link(`sets/linked/${fileName}`, `sets/own/${fileName}`);
    }
    expect(listed('sets')).toMatchObject([{ target: 'sets/own/m-00001-of-00002.gguf', shards: { present: 2, of: 2 } }]);
    expect(checked('sets')).toHaveLength(2);
  });
});

describe('a walk', () => {
  it('ends at its limits, reports that, and shows what it found before', () => {
    home.write('wide/a.gguf', 'x');
    for (let i = 0; i < 10; i++) home.write(`wide/b/${i}.gguf`, 'x');
    const few = walk(at('wide'), { depth: 32, entries: 6 });
    expect(few.files).toHaveLength(5);
    expect(few.passedOver.map(({ code }) => code)).toEqual(['too-many-files']);
    home.write('deep/1/2/3/c.gguf', 'x');
    home.write('deep/d.gguf', 'x');
    const shallow = walk(at('deep'), { depth: 2, entries: 100 });
    expect(shallow.files.map(({ path }) => path)).toEqual([at('deep/d.gguf')]);
    expect(shallow.passedOver).toMatchObject([{ code: 'too-deep', target: at('deep/1/2/3') }]);
  });

  it('past the limit of depth is reported by the commands', () => {
    home.write(`far/${'x/'.repeat(33)}m.gguf`, MODEL);
    home.write('far/near.gguf', MODEL);
    expect(checked('far').map(({ verdict, error }) => [verdict, error?.code])).toEqual([
      ['pass', undefined],
      ['unreadable', 'too-deep'],
    ]);
    expect(listed('far').map(({ error }: { error?: { code: string } }) => error?.code)).toEqual([
      undefined,
      'too-deep',
    ]);
  });
});

describe('names of shards', () => {
  it('in capitals are names of shards in every command', () => {
    for (const { fileName, bytes } of shards) home.write(`upper/${fileName.replace('.gguf', '.GGUF')}`, bytes);
    const first = 'upper/m-00001-of-00002.GGUF';
    expect(JSON.parse(run([first, '--json']).stdout).file.shardCount).toBe(2);
    const files = JSON.parse(run(['check', first, '--json']).stdout).files;
    expect(files.map(({ findings }: { findings: { code: string }[] }) => findings.map(({ code }) => code))).toEqual(
      Array(2).fill(expect.arrayContaining(['shard-name-disagrees'])),
    );
    expect(scanned(['upper'])).toMatchObject([{ target: first, file: { shardCount: 2 } }]);
    expect(listed('upper')).toMatchObject([{ target: first, shards: { present: 2, of: 2 } }]);
  });

  it('in both cases are one set, in which the named file comes first', () => {
    const [one, two] = shards as [(typeof shards)[number], (typeof shards)[number]];
    home.write('mixed/m-00001-of-00002.gguf', one.bytes);
    home.write('mixed/m-00002-of-00002.GGUF', two.bytes);
    expect(JSON.parse(run(['mixed', '--json']).stdout).file.shardCount).toBe(2);
    home.write('mixed/m-00001-of-00002.GGUF', 'no model');
    expect(run(['mixed/m-00001-of-00002.gguf']).code).toBe(0);
    expect(run(['mixed/m-00001-of-00002.GGUF']).stderr).toContain('not-gguf');
  });

  it('that promise more than is read are refused in every command', () => {
    writeFileSync(at(home.write('huge/m-00001-of-99999.gguf', '')), shards[0]?.bytes as Uint8Array);
    expect(run(['huge']).stderr).toContain('(too-many-shards)');
    expect(checked('huge')).toMatchObject([{ error: { code: 'too-many-shards' } }]);
    expect(scanned(['huge'])).toMatchObject([{ error: { code: 'too-many-shards' } }]);
    expect(listed('huge')).toMatchObject([{ error: { code: 'too-many-shards' } }]);
  });
});
