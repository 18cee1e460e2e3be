/** A fixed budget of broken files: each must end in a verdict, within its time and memory. `npm run fuzz` goes on for longer. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { run } from '../cli/run.js';
import { examine } from './examine.js';
import { mutate } from './mutations.js';
import { Random } from './random.js';
import { allSeeds } from './seeds.js';

const SEED = 20_261_123;
const INPUTS = 3000;
const INPUTS_OF_A_PROCESS = 300;
const MOST_BYTES = 200 * 1024 * 1024;

const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('broken files', () => {
  it(`end in a verdict each, all ${INPUTS} of them`, async () => {
    const seeds = allSeeds();
    const random = new Random(SEED);
    const faults: string[] = [];
    const outcomes = new Map<string, number>();
    for (let i = 0; i < INPUTS; i++) {
      const { story, bytes } = mutate(seeds, random);
      try {
        const outcome = await examine(bytes);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      } catch (error) {
        faults.push(`input ${i}, ${story}: ${(error as Error).stack}`);
      }
    }
    expect(faults).toEqual([]);
    // The mutations must neither spare nor wreck everything.
    expect(outcomes.get('read')).toBeGreaterThan(INPUTS / 10);
    expect(outcomes.get('truncated')).toBeGreaterThan(INPUTS / 50);
    expect(outcomes.size).toBeGreaterThan(7);
  }, 120_000);

  it.runIf(process.platform === 'linux')(
    'get their verdicts from the program, in bounded memory and without a stack',
    () => {
      const seeds = allSeeds();
      const random = new Random(SEED + 1);
      for (let i = 0; i < INPUTS_OF_A_PROCESS; i++) {
        writeFileSync(join(folder, `${String(i).padStart(4, '0')}.gguf`), mutate(seeds, random).bytes);
      }
      // The system's own record begins with the program; that of resourceUsage also knows the process that it was forked from.
      const peak = `(/VmHWM:\\s+(\\d+) kB/.exec(require('fs').readFileSync('/proc/self/status', 'utf8'))[1] * 1024)`;
      const watch = `process.on('exit', () => require('fs').writeSync(2, 'peak ' + ${peak}));`;
      const watcher = join(folder, 'watch.cjs');
      writeFileSync(watcher, watch);
      const { stdout, stderr, code } = run(['check', '--json', folder], {
        env: { NODE_OPTIONS: `--require ${watcher}` },
      });
      const { files } = JSON.parse(stdout) as { files: { verdict: string }[] };
      expect(files).toHaveLength(INPUTS_OF_A_PROCESS);
      expect(new Set(files.map(({ verdict }) => verdict))).toEqual(new Set(['pass', 'fail', 'unreadable']));
      expect(code).toBe(2);
      expect(stderr).toMatch(/^peak \d+$/);
      expect(Number(stderr.slice('peak '.length))).toBeLessThan(MOST_BYTES);
    },
    120_000,
  );
});
