/** A fixed budget of broken files: each must end in a verdict, within its time and memory. `npm run fuzz` runs for longer. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/command-list.js';
import { makeProgram } from '../../src/cli/program.js';
import { run } from '../cli/run.js';
import { allForms, type Campaign, campaign } from './campaign.js';
import { examine } from './examine.js';
import { EXAMPLES, runExample } from './examples.js';
import { BEHAVIORS, startExchange } from './exchanges.js';
import { KNOWN_FAULTS } from './known-faults.js';
import { ALL_WAYS, mutate } from './mutations.js';
import { judgeRun } from './promises.js';
import { Random } from './random.js';
import { runWatched } from './runner.js';
import { fixtureSeeds } from './seeds.js';

const SEED = 20_261_123;
const DECODED = 600;
const INPUTS = 66;
const OF_A_FOLDER = 150;
const MOST_BYTES = 200 * 1024 * 1024;

const seeds = fixtureSeeds();
const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Keys of the faults that were found; all known faults must be among them in the end. */
const met = new Set<string>();
const unknown = (faults: readonly { key: string }[]) => {
  for (const { key } of faults) met.add(key);
  return faults.filter(({ key }) => !KNOWN_FAULTS.includes(key));
};

describe('broken files', () => {
  it(`are decoded alike from memory and from a stream, all ${DECODED} of them`, async () => {
    const faults: string[] = [];
    const outcomes = new Map<string, number>();
    const ways = new Set<string>();
    for (let i = 0; i < DECODED; i++) {
      const mutant = mutate(seeds, new Random(SEED + i));
      for (const way of mutant.ways) ways.add(way);
      try {
        const outcome = await examine(mutant.bytes);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      } catch (error) {
        faults.push(`input ${i}, ${mutant.story}: ${(error as Error).stack}`);
      }
    }
    expect(faults).toEqual([]);
    // The mutations must neither spare nor wreck every file, and every kind of mutation must occur.
    expect(outcomes.get('read')).toBeGreaterThan(DECODED / 10);
    expect(outcomes.get('truncated')).toBeGreaterThan(DECODED / 50);
    expect(outcomes.size).toBeGreaterThan(7);
    expect([...ways].sort()).toEqual([...ALL_WAYS].sort());
  }, 120_000);

  describe('broken files through the program', () => {
    let record: Campaign;
    beforeAll(async () => {
      record = await campaign({ seed: SEED, seeds, inputs: INPUTS, each: 3 });
    }, 240_000);

    it('reach every command and every format', () => {
      const commands = makeProgram(COMMANDS).commands.map((command) => command.name());
      expect([...new Set([...record.forms.keys()].map((form) => form.split(' ')[0]))].sort()).toEqual(commands.sort());
      expect([...record.forms.keys()].sort()).toEqual(allForms().sort());
      expect(Math.min(...record.forms.values())).toBeGreaterThanOrEqual(3);
    });

    it('end in answers as well as in refusals', () => {
      for (const end of ['exit code 0', 'exit code 1', 'exit code 2']) {
        expect(record.ends.get(end), end).toBeGreaterThan(5);
      }
    });

    it('break no promise', () => {
      expect(unknown(record.found)).toEqual([]);
    });
  });

  it.each(EXAMPLES)(
    '$name: no promise is broken',
    async (example) => {
      expect(unknown(await runExample(example, join(folder, example.name.replaceAll(/\W+/g, '-'))))).toEqual([]);
    },
    120_000,
  );
});

describe('a folder of broken files', () => {
  it.runIf(process.platform === 'linux')(
    'gets a verdict for each, in one process of bounded memory and without a stack',
    () => {
      const inputs = join(folder, 'many');
      mkdirSync(inputs);
      // Templates that take too long have their own examples.
      const mutants = Array.from({ length: 2 * OF_A_FOLDER }, (_, i) => mutate(seeds, new Random(SEED - 1 - i)))
        .filter(({ ways }) => !ways.some((way) => /template/i.test(way)))
        .slice(0, OF_A_FOLDER);
      for (const [i, { bytes }] of mutants.entries()) writeFileSync(join(inputs, `${i}.gguf`), bytes);
      // The peak in /proc starts with the program; that of resourceUsage includes the process that it was forked from.
      const peak = `(/VmHWM:\\s+(\\d+) kB/.exec(require('fs').readFileSync('/proc/self/status', 'utf8'))[1] * 1024)`;
      const watcher = join(folder, 'watch.cjs');
      writeFileSync(watcher, `process.on('exit', () => require('fs').writeSync(2, 'peak ' + ${peak}));`);
      const { stdout, stderr, code } = run(['check', '--json', inputs], {
        env: { NODE_OPTIONS: `--require ${watcher}` },
      });
      const { files } = JSON.parse(stdout) as { files: { verdict: string }[] };
      expect(files).toHaveLength(OF_A_FOLDER);
      expect(new Set(files.map(({ verdict }) => verdict))).toEqual(new Set(['pass', 'fail', 'unreadable']));
      expect(code).toBe(2);
      expect(stderr).toMatch(/^peak \d+$/);
      expect(Number(stderr.slice('peak '.length))).toBeLessThan(MOST_BYTES);
    },
    120_000,
  );
});

describe('hostile servers and stores', () => {
  it('get one sentence each', async () => {
    const { bytes } = seeds.find(({ name }) => name === 'llama.gguf') ?? { bytes: Buffer.alloc(0) };
    const exchanges = await Promise.all(
      BEHAVIORS.map((behavior, i) => startExchange(behavior, bytes, join(folder, `store-${i}`), new Random(SEED + i))),
    );
    const jobs = exchanges.map(({ target, env }) => ({ args: ['check', target, '--json'], env }));
    const ended = await runWatched(jobs);
    await Promise.all(exchanges.map((exchange) => exchange.close()));
    const line = { command: 'check', format: 'json' };
    const faults = ended.flatMap((end, i) =>
      judgeRun(line, jobs[i]?.args ?? [], end).map((fault) => ({ ...fault, key: `${fault.kind}: ${BEHAVIORS[i]}` })),
    );
    expect(unknown(faults)).toEqual([]);
    expect(ended.filter((end) => 'code' in end && end.code === 0).length).toBeGreaterThan(2);
    expect(ended.filter((end) => 'code' in end && end.code === 2).length).toBeGreaterThan(20);
  }, 120_000);
});

describe('the list of known faults', () => {
  it('has no fault that is already fixed', () => {
    expect(KNOWN_FAULTS.filter((key) => !met.has(key))).toEqual([]);
  });
});
