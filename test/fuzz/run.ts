/**
 * The fuzzer for longer runs, `npm run fuzz -- --seconds 60 --seed 7`: breaks files until its time is over and keeps each input that
 * broke a promise. Ends with 1 where there was one.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { examine } from './examine.js';
import { mutate } from './mutations.js';
import { Random } from './random.js';
import { allSeeds } from './seeds.js';

const FOUND = fileURLToPath(new URL('found', import.meta.url));

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string', default: String(Date.now() % 1e9) } },
});
const seconds = Number(values.seconds);
const seed = Number(values.seed);
if (!(seconds > 0) || !Number.isInteger(seed)) {
  process.stderr.write('usage: npm run fuzz -- [--seconds N] [--seed N]\n');
  process.exit(2);
}

const seeds = allSeeds();
const random = new Random(seed);
const end = performance.now() + seconds * 1000;
const outcomes = new Map<string, number>();
let inputs = 0;
let faults = 0;
while (performance.now() < end) {
  const { story, bytes } = mutate(seeds, random);
  try {
    const outcome = await examine(bytes);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  } catch (error) {
    faults++;
    mkdirSync(FOUND, { recursive: true });
    const name = `seed-${seed}-input-${inputs}.gguf`;
    writeFileSync(join(FOUND, name), bytes);
    process.stdout.write(`${name} (${story}): ${(error as Error).stack}\n`);
  }
  inputs++;
}
const told = [...outcomes].sort(([, a], [, b]) => b - a).map(([outcome, count]) => `${outcome} ${count}`);
process.stdout.write(`seed ${seed}: ${inputs} inputs, ${faults} faults; ${told.join(', ')}\n`);
process.exitCode = faults > 0 ? 1 : 0;
