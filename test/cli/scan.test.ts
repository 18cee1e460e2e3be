/** `scan`: a line for each model, whatever happens to it; parts and former runs neither lose nor repeat a model. */

import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ScanLine, ScanLineSchema } from '../../src/report/scan-schema.js';
import { serve } from '../support/loopback.js';
import { runBeside } from '../support/loopback-run.js';
import { FIXTURES_FOLDER, ggufFilesIn } from '../support/places.js';
import { splitModel } from '../support/split-model.js';
import { type Outcome, PROGRAM, plainEnvironment, run } from './run.js';

const TINY = join(FIXTURES_FOLDER, 'tiny-stories-Q4_K_M.gguf');
const VALID = join(FIXTURES_FOLDER, 'valid');
const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-scan-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Nested folders, a split model, a file that is not a model, and a name with a space. */
const collection = join(folder, 'collection');

beforeAll(async () => {
  mkdirSync(join(collection, 'deep', 'deeper'), { recursive: true });
  for (const name of ['llama', 'bert', 'mixtral'])
    copyFileSync(join(VALID, `${name}.gguf`), join(collection, `${name}.gguf`));
  copyFileSync(join(VALID, 'clip.gguf'), join(collection, 'deep', 'deeper', 'with a space.gguf'));
  for (const { fileName, bytes } of await splitModel(readFileSync(TINY), 'split', 3)) {
    writeFileSync(join(collection, 'deep', fileName), bytes);
  }
  writeFileSync(join(collection, 'broken.gguf'), 'no model');
});

function linesOf({ stdout }: Pick<Outcome, 'stdout'>): ScanLine[] {
  expect(stdout === '' || stdout.endsWith('\n')).toBe(true);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ScanLineSchema.parse(JSON.parse(line)));
}

/** The lines in the order of the targets, and without the time that each took. */
function results(outcome: Pick<Outcome, 'stdout'>) {
  return linesOf(outcome)
    .map(({ milliseconds: _milliseconds, ...line }) => line)
    .sort((a, b) => (a.target < b.target ? -1 : 1));
}

const targetsOf = (outcome: Pick<Outcome, 'stdout'>) => results(outcome).map(({ target }) => target);

describe('a line', () => {
  it('has the results of explain and check for the model', () => {
    const [line] = linesOf(run(['scan', TINY, '--context', '4096,32k']));
    const explained = JSON.parse(run([TINY, '--json']).stdout);
    const checked = JSON.parse(run(['check', TINY, '--json']).stdout);
    const memory = JSON.parse(run(['memory', TINY, '--context', '4096,32k', '--json']).stdout);
    const { byRole: _byRole, byLayer: _byLayer, ...totals } = explained.totals;
    expect(line).toMatchObject({ target: TINY, verdict: 'pass', file: explained.file, model: explained.model, totals });
    expect(line).toHaveProperty('memory', [
      expect.objectContaining({ contextLength: 4096, cacheBytes: memory.contexts[0].cacheBytes }),
      expect.objectContaining({ contextLength: 32_768, totalBytes: memory.contexts[1].totalBytes }),
    ]);
    const byCode = (findings: { code: string }[]) => findings.map(({ code }) => code).sort();
    expect(line?.verdict === 'pass' && byCode(line.findings)).toEqual(byCode(checked.files[0].findings));
    expect(line?.milliseconds.read).toBeGreaterThan(0);
  });

  it('is printed for unreadable files too', () => {
    const outcome = run(['scan', join(collection, 'broken.gguf'), join(folder, 'nowhere.gguf'), TINY]);
    expect(outcome).toMatchObject({ code: 2, stderr: '' });
    expect(results(outcome).map((line) => [line.verdict, line.verdict === 'unreadable' && line.error.code])).toEqual(
      expect.arrayContaining([
        ['unreadable', 'not-gguf'],
        ['unreadable', 'file-not-found'],
        ['pass', false],
      ]),
    );
    expect(run(['scan', join(folder, 'nowhere.gguf'), '--no-fail']).code).toBe(0);
  });
});

describe('targets', () => {
  it('are models, folders with all folders in them, and patterns; a split model is one target', () => {
    const outcome = run(['scan', collection]);
    expect(outcome.code).toBe(2);
    expect(targetsOf(outcome)).toEqual([
      ...['bert', 'broken'].map((name) => join(collection, `${name}.gguf`)),
      join(collection, 'deep', 'deeper', 'with a space.gguf'),
      join(collection, 'deep', 'split-00001-of-00003.gguf'),
      ...['llama', 'mixtral'].map((name) => join(collection, `${name}.gguf`)),
    ]);
    const split = results(outcome).find(({ target }) => target.includes('split'));
    expect(split).toMatchObject({ verdict: 'pass', file: { shardCount: 3 }, totals: { tensors: 21 } });
    expect(targetsOf(run(['scan', join(collection, '*i*l*.gguf')]))).toEqual([join(collection, 'mixtral.gguf')]);
    expect(results(run(['scan', join(folder, '*.nothing')]))).toMatchObject([
      { verdict: 'unreadable', error: { code: 'no-models' } },
    ]);
  });

  it('are lines of standard input, whatever they contain', () => {
    const paths = [join(collection, 'llama.gguf'), join(collection, 'deep', 'deeper', 'with a space.gguf'), TINY];
    const expected = [...paths].sort();
    for (const input of [`${paths.join('\n')}\n`, paths.join('\r\n'), `\n\n${paths.join('\n\n')}`]) {
      expect(targetsOf(run(['scan'], { input }))).toEqual(expected);
      expect(targetsOf(run(['scan', '-'], { input }))).toEqual(expected);
    }
    expect(targetsOf(run(['scan', '-0'], { input: paths.join('\0') }))).toEqual(expected);
    expect(run(['scan'], { input: '' })).toEqual({ stdout: '', stderr: '', code: 0 });
  });

  it.each([
    ['\n', []],
    ['\0', ['-0']],
  ])('end with the lines before an endless line (%j)', (end, words) => {
    const input = `${TINY}${end}${'a'.repeat(100_000)}`;
    const outcome = run(['scan', ...words], { input });
    expect(outcome).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('line 2 is longer than 65536 bytes (line-too-long)'),
    });
    expect(targetsOf(outcome)).toEqual([TINY]);
  });

  it('give the same lines with any number of jobs', () => {
    const input = ggufFilesIn(VALID).join('\n');
    const alone = results(run(['scan', '--jobs', '1'], { input }));
    expect(alone.length).toBeGreaterThan(20);
    for (const jobs of ['2', '64']) expect(results(run(['scan', '--jobs', jobs], { input }))).toEqual(alone);
  });
});

describe('parts', () => {
  const input = ggufFilesIn(VALID).join('\n');

  it.each([2, 5])('of %i have every target once, and the same targets each time', (of) => {
    const all = ggufFilesIn(VALID);
    const parts = Array.from({ length: of }, (_, i) =>
      targetsOf(run(['scan', '--no-fail', '--shard', `${i + 1}/${of}`], { input })),
    );
    expect(parts.flat().sort()).toEqual(all);
    const reversed = all.toReversed?.() ?? [...all].reverse();
    const again = run(['scan', '--no-fail', '--shard', `1/${of}`], { input: reversed.join('\n') });
    expect(targetsOf(again)).toEqual(parts[0]);
  });

  it('do not depend on the machine: the hash is fixed', () => {
    const targets = Array.from({ length: 12 }, (_, i) => `/models/m${i}.gguf`);
    const first = targetsOf(run(['scan', '--shard', '1/3', '--no-fail'], { input: targets.join('\n') }));
    expect(first).toMatchInlineSnapshot(`
      [
        "/models/m0.gguf",
        "/models/m10.gguf",
        "/models/m3.gguf",
        "/models/m4.gguf",
        "/models/m6.gguf",
      ]
    `);
  });

  it.each(['0/4', '5/4', '1', 'a/b'])('are refused as %s', (part) => {
    expect(run(['scan', `--shard=${part}`], { input })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('(bad-shard)'),
    });
  });
});

describe('a model that takes too long', () => {
  it('has a line that says so, and the others have theirs', async () => {
    const { origin: address, close } = await serve(() => {});
    try {
      const words = ['scan', `${address}/a.gguf`, TINY, `${address}/b.gguf`, '--time-limit', '0.2'];
      const outcome = await runBeside(words);
      expect(outcome).toMatchObject({ code: 2, stderr: '' });
      const lines = linesOf(outcome);
      expect(lines.map(({ verdict }) => verdict).sort()).toEqual(['pass', 'unreadable', 'unreadable']);
      for (const line of lines) {
        if (line.verdict !== 'unreadable') continue;
        expect(line.error).toMatchObject({ code: 'time-limit', message: expect.stringContaining('0.2 seconds') });
        expect(line.milliseconds.read).toBe(200);
      }
      expect((await runBeside([...words, '--no-fail'])).code).toBe(0);
    } finally {
      await close();
    }
  });

  it('is tried again by the next run', async () => {
    const { origin: address, close } = await serve(() => {});
    try {
      const former = join(folder, 'overdue.jsonl');
      const words = ['scan', `${address}/a.gguf`, TINY, '--time-limit', '0.2'];
      writeFileSync(former, (await runBeside(words)).stdout);
      expect(targetsOf(await runBeside([...words, '--resume', former]))).toEqual([`${address}/a.gguf`]);
    } finally {
      await close();
    }
  });

  it.runIf(process.platform !== 'win32')('may be a pipe that nobody writes to', () => {
    const pipe = join(folder, 'pipe.gguf');
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    const outcome = run(['scan', pipe, TINY, '--time-limit', '0.2']);
    expect(outcome).toMatchObject({ code: 2, stderr: '' });
    expect(results(outcome).map((line) => line.verdict === 'unreadable' && line.error.code)).toEqual(
      expect.arrayContaining(['time-limit', false]),
    );
    rmSync(pipe);
  });

  it.each(['0', '-1', 'a', '90000', '1e3'])('cannot have a limit of %s', (limit) => {
    const outcome = run(['scan', TINY, '--time-limit', limit]);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toContain('--time-limit');
  });
});

describe('a former run', () => {
  const all = () => run(['scan', '--no-fail', collection]);

  it('is continued: targets that it has done are skipped', () => {
    const file = join(folder, 'former.jsonl');
    expect(targetsOf(run(['scan', '--no-fail', '--resume', file, collection]))).toEqual(targetsOf(all()));
    const lines = all().stdout.split('\n');
    writeFileSync(file, `${lines.slice(0, 3).join('\n')}\n`);
    const done = targetsOf({ stdout: readFileSync(file, 'utf8') });
    const rest = run(['scan', '--no-fail', '--resume', file, collection]);
    expect([...done, ...targetsOf(rest)].sort()).toEqual(targetsOf(all()));
    appendFileSync(file, rest.stdout);
    expect(run(['scan', '--no-fail', '--resume', file, collection]).stdout).toBe('');
  });

  it.each([
    ['in the middle of a line', 200, ''],
    ['before the end of a line', 1, ''],
    ['with zeros where its last bytes should be', 200, '\0'.repeat(100_000)],
    ['in its only line', 1e9, '{"schemaVersion":1,"tar'],
  ])('that was cut off %s is completed', (_, missing, tail) => {
    const file = join(folder, 'cut.jsonl');
    const { stdout } = all();
    writeFileSync(file, stdout.slice(0, Math.max(0, stdout.length - missing)) + tail);
    const command = `'${process.execPath}' '${PROGRAM}' scan --no-fail --resume '${file}' '${collection}' >> '${file}'`;
    expect(spawnSync('sh', ['-c', command], { env: plainEnvironment() }).status).toBe(0);
    expect(targetsOf({ stdout: readFileSync(file, 'utf8') })).toEqual(targetsOf(all()));
  });

  it('whose process was killed is continued in the same file', async () => {
    const file = join(folder, 'killed.jsonl');
    const input = Array.from({ length: 400 }, (_, i) => join(collection, `m${i}.gguf`)).join('\n');
    const list = join(folder, 'killed.txt');
    writeFileSync(list, input);
    const command = `'${process.execPath}' '${PROGRAM}' scan --no-fail --resume '${file}' < '${list}' >> '${file}'`;
    const first = spawn('sh', ['-c', `exec ${command}`], { env: plainEnvironment() });
    await new Promise<void>((resolve) => {
      first.on('exit', () => resolve());
      const look = setInterval(() => {
        if (statSync(file, { throwIfNoEntry: false })?.size) first.kill('SIGKILL');
        if (first.exitCode !== null || first.signalCode !== null) clearInterval(look);
      }, 1);
    });
    // A process may be killed between any two bytes that it writes. This one was not killed in the middle of a line, so the test cuts the
    // file there.
    truncateSync(file, statSync(file).size - 10);
    expect(spawnSync('sh', ['-c', command], { env: plainEnvironment() }).status).toBe(0);
    expect(targetsOf({ stdout: readFileSync(file, 'utf8') })).toEqual(input.split('\n').sort());
  });

  it('is not changed where the lines go elsewhere', () => {
    const file = join(folder, 'elsewhere.jsonl');
    const torn = all().stdout.slice(0, -200);
    writeFileSync(file, torn);
    expect(run(['scan', '--no-fail', '--resume', file, collection]).stdout.split('\n')).toHaveLength(2);
    expect(readFileSync(file, 'utf8')).toBe(torn);
  });

  it('may have lines of any length, which take no memory', () => {
    const file = join(folder, 'long.jsonl');
    const [line] = all().stdout.split('\n');
    writeFileSync(file, `${line}\n`);
    for (let i = 0; i < 40; i++) appendFileSync(file, Buffer.alloc(1 << 20, 97));
    appendFileSync(file, `\n${JSON.stringify({ target: TINY, verdict: 'pass' })}\n`);
    expect(run(['scan', '--resume', file, TINY])).toEqual({ stdout: '', stderr: '', code: 0 });
  });

  it('is repeated for targets where only the network had failed', () => {
    const file = join(folder, 'network.jsonl');
    const line = (code: string) => JSON.stringify({ target: TINY, verdict: 'unreadable', error: { code } });
    writeFileSync(file, `${line('stalled')}\n`);
    expect(targetsOf(run(['scan', '--resume', file, TINY]))).toEqual([TINY]);
    writeFileSync(file, `${line('not-gguf')}\n`);
    expect(targetsOf(run(['scan', '--resume', file, TINY]))).toEqual([]);
  });

  it('that cannot be read is an error', () => {
    expect(run(['scan', '--resume', folder, TINY])).toMatchObject({ code: 2, stdout: '' });
  });
});

it('memory does not grow with the number of models', () => {
  const peak = (count: number) => {
    const input = Array.from({ length: count }, () => join(VALID, 'llama.gguf')).join('\n');
    const observer = join(FIXTURES_FOLDER, '..', 'test', 'bench', 'observe.cjs');
    const note = join(folder, 'peak.json');
    const env = { ...plainEnvironment(), BENCH_OBSERVATION: note };
    const args = ['--require', observer, PROGRAM, 'scan', '--jobs', '2'];
    expect(spawnSync(process.execPath, args, { input, env, maxBuffer: 1 << 28 }).status).toBe(0);
    return JSON.parse(readFileSync(note, 'utf8')).peakBytes as number;
  };
  // After 200 models the collector has found its rhythm; a model that leaves 60 KiB behind is too much.
  expect(peak(1200)).toBeLessThan(1.3 * peak(200));
});

describe('an address that is signed again', () => {
  it('is the same target for a part and for a former run', async () => {
    const { origin, close } = await serve((request, response) => {
      if (request.url?.includes('X-Amz-Signature=')) response.end(readFileSync(join(VALID, 'llama.gguf')));
      else response.writeHead(403).end();
    });
    try {
      const signed = (name: string, day: number) =>
        `${origin}/${name}.gguf?X-Amz-Date=2026110${day}T000000Z&X-Amz-Expires=60&X-Amz-Signature=s3cret${day}`;
      const names = ['a', 'b', 'c', 'd', 'e'];
      const scan = (day: number, ...words: string[]) =>
        runBeside(['scan', ...words, ...names.map((name) => signed(name, day))]);
      const file = join(folder, 'signed.jsonl');
      const parts = await Promise.all([scan(1, '--shard', '1/2'), scan(2, '--shard', '2/2')]);
      const lines = parts.map(({ stdout }) => stdout).join('');
      expect(lines).not.toContain('s3cret');
      expect(lines.trimEnd().split('\n')).toHaveLength(names.length);
      writeFileSync(file, lines);
      expect(await scan(3, '--resume', file)).toMatchObject({ stdout: '', stderr: '', code: 0 });
    } finally {
      await close();
    }
  });
});
