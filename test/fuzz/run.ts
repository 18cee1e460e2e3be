/**
 * The fuzzer for longer runs, `npm run fuzz -- --inputs 50000 --seed 7`: breaks files, runs the program on them, and keeps the first inputs
 * of each kind of fault in test/fuzz/found. Exits with 1 where it found a fault. `--from N --inputs 1` repeats one input.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import buildOnce from '../build-once.js';
import { campaign, type Found, keep } from './campaign.js';
import { absentFolders, allSeeds } from './seeds.js';

const FOUND = fileURLToPath(new URL('found', import.meta.url));

/** Number of inputs to keep for each kind of fault. */
const KEPT = 3;

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '1000' },
    from: { type: 'string', default: '0' },
    each: { type: 'string', default: '6' },
    spacing: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '1e9' },
    seed: { type: 'string', default: String(Date.now() % 1e9) },
  },
});
const [inputs, first, each, spacing, seconds, seed] = [
  ...[values.inputs, values.from, values.each, values.spacing, values.seconds, values.seed],
].map(Number) as [number, number, number, number, number, number];
if (
  ![inputs, first, each, spacing, seed].every(Number.isInteger) ||
  !(inputs > 0 && each > 0 && spacing > 0 && first >= 0 && seconds > 0)
) {
  process.stderr.write(
    'usage: npm run fuzz -- [--inputs N] [--seed N] [--seconds N] [--from N] [--each N] [--spacing N]\n',
  );
  process.exit(2);
}

buildOnce();
const absent = absentFolders();
if (absent.length > 0) process.stdout.write(`without ../shared: ${absent.join(', ')}\n`);
const end = performance.now() + seconds * 1000;
const examples = new Map<string, Found[]>();
const record = await campaign({
  ...{ seed, seeds: allSeeds(), first, inputs, each, spacing },
  enough: () => performance.now() > end,
  onFault(found, folder) {
    const same = examples.get(found.key) ?? [];
    examples.set(found.key, [...same, found]);
    if (same.length >= KEPT) return;
    const to = join(FOUND, `${found.key.replaceAll(/\W+/g, '-')}--seed-${seed}-input-${found.input}`);
    if (!existsSync(to)) keep(found, folder, to);
    process.stdout.write(`${found.key}, input ${found.input} (${found.story}): ${found.detail.slice(0, 300)}\n`);
  },
});

const most = (counts: ReadonlyMap<string, number>) =>
  [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
const least = Math.min(...record.forms.values());
process.stdout.write(
  `seed ${seed}: ${record.inputs} inputs, ${record.runs} runs, ${record.forms.size} forms of output (each at least ${least} times), ` +
    `${record.ways.size} ways to break a file, ${record.found.length} faults\n`,
);
process.stdout.write(`ended: ${most(record.ends)}\n`);
const counts = new Map([...examples].map(([key, all]) => [key, all.length]));
if (counts.size > 0) process.stdout.write(`faults: ${most(counts)}\n`);
process.exitCode = record.found.length > 0 ? 1 : 0;
