/**
 * The benchmark, `npm run bench`: runs its sections, prints a table of each, and keeps the result with its machine and date. Figures never
 * make it fail, since a busy machine can spoil them; a program that fails does. Covers no part of the GGUF specification.
 */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machineLine, machineSlug, thisMachine } from './machine.js';
import type { BenchSettings, Section, SectionResult } from './section.js';
import { check } from './sections/check.js';
import { hash } from './sections/hash.js';
import { header } from './sections/header.js';
import { http } from './sections/http.js';
import { scan } from './sections/scan.js';
import { trace } from './sections/trace.js';
import { values } from './sections/values.js';
import { countTargets, markdownSection, terminalTable, withTables } from './tables.js';
import { ProgramFailed } from './timing.js';

const SECTIONS: readonly Section[] = [header, check, hash, http, scan, values, trace];

const USAGE = `Usage: npm run bench -- [options]
  --runs N      rounds to time (default 15)
  --only NAME   one section: ${SECTIONS.map(({ name }) => name).join(', ')}; the result is not kept
  --smoke       a short run to see that everything works; the result is not kept
`;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const RESULTS = join(ROOT, 'test', 'bench', 'results');
/** The page for people, with the tables of the latest result. */
const PAGE = join(ROOT, 'docs', 'benchmarks.md');

class BadUsage extends Error {}

function readOptions() {
  const options = {
    runs: { type: 'string' },
    only: { type: 'string' },
    smoke: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  } as const;
  let values: ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];
  try {
    values = parseArgs({ options }).values;
  } catch (error) {
    throw new BadUsage((error as Error).message);
  }
  const smoke = values.smoke === true;
  const runs = values.runs === undefined ? (smoke ? 3 : 15) : Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new BadUsage(`--runs: "${values.runs}" is not a whole number from 1`);
  const sections = SECTIONS.filter(({ name }) => values.only === undefined || name === values.only);
  if (sections.length === 0) throw new BadUsage(`--only: there is no section ${values.only}`);
  return { help: values.help === true, smoke, runs, sections, kept: !smoke && values.only === undefined };
}

/**
 * Returns the file behind the command `gguf-explain`, from the package as users install it. It leaves out the files that a build keeps
 * beside the program only for itself. The program needs nothing beyond its own files.
 */
function packedProgram(folder: string): string {
  if (!existsSync(join(ROOT, 'dist')))
    throw new ProgramFailed('gguf-explain', 'is not built; run `npm run build` first');
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const [{ filename }] = JSON.parse(
    execFileSync('npm', pack, { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] }).toString(),
  );
  execFileSync('tar', ['-xzf', filename], { cwd: folder });
  const { bin } = JSON.parse(readFileSync(join(folder, 'package', 'package.json'), 'utf8'));
  return join(folder, 'package', bin['gguf-explain']);
}

/** Shows one line on a terminal, which each report replaces; silent elsewhere. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

/** A replacer for JSON.stringify: more digits than a clock provides would suggest a precision that is not there. */
function threeDecimals(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toFixed(3)) : value;
}

/** Writes the JSON file of this day and machine and the tables of docs/benchmarks.md, and returns the file's name. */
function keep(results: ReadonlyMap<string, SectionResult>, runs: number): string {
  const machine = thisMachine();
  const date = new Date().toISOString().slice(0, 10);
  const sections = Object.fromEntries([...results].map(([name, { data }]) => [name, data]));
  const name = `${date}-${machineSlug(machine)}.json`;
  const kept = JSON.stringify({ date, machine, runs, sections }, threeDecimals, 2);
  // Lists of numbers (the samples) stay on one line.
  const json = kept.replace(/\[[\d.,\s-]+\]/g, (list) => JSON.stringify(JSON.parse(list)));
  const source = `Every sample is in \`test/bench/results/${name}\`.`;
  const tables = [`${date} on ${machineLine(machine)}. ${source}`, ...[...results.values()].map(markdownSection)];
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, name), `${json}\n`);
  writeFileSync(PAGE, withTables(readFileSync(PAGE, 'utf8'), tables.join('\n\n')));
  return name;
}

async function main(): Promise<void> {
  const { help, smoke, runs, sections, kept } = readOptions();
  if (help) {
    process.stdout.write(USAGE);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

  const program = packedProgram(folder);
  // The runs before the timed ones write the cache of compiled code, as the first run of an installed package does.
  process.env.XDG_CACHE_HOME = join(folder, 'caches');

  const color = process.stdout.isTTY === true && !process.env.NO_COLOR;
  const settings: BenchSettings = { folder, runs, warmUp: smoke ? 1 : 2, smoke, program, progress };
  const results = new Map<string, SectionResult>();
  process.stdout.write(`\n ${machineLine(thisMachine())}\n`);
  for (const section of sections) {
    const result = await section.measure(settings);
    progress('');
    process.stdout.write(`\n${terminalTable(result, color)}\n`);
    results.set(section.name, result);
  }
  const { set, met } = countTargets([...results.values()]);
  process.stdout.write(`\n ${met} of ${set} targets met${smoke ? ' (a smoke run: too few rounds to go by)' : ''}\n`);
  if (kept) process.stdout.write(` Kept in test/bench/results: ${keep(results, runs)}, and in docs/benchmarks.md\n`);
}

main().catch((error: unknown) => {
  progress('');
  if (error instanceof BadUsage) process.stderr.write(`${error.message}\n${USAGE}`);
  else if (error instanceof ProgramFailed) process.stderr.write(`bench: ${error.message}\n`);
  else throw error;
  process.exitCode = error instanceof BadUsage ? 2 : 1;
});
