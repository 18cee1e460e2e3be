/**
 * Sends broken files through the program. Each input goes through a few command lines, in turns that reach every command and every format
 * equally often, and the output is compared with the promises. An input depends only on the seed and its number.
 */

import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job, Measured } from '../cli/batch.js';
import { run } from '../cli/run.js';
import { MODEL_PATH } from '../support/loopback-run.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { allLines, changingWords, fillIn, type Line, type Places } from './command-lines.js';
import { BEHAVIORS, type Exchange, startExchange } from './exchanges.js';
import { type Mutant, mutate, type Seed } from './mutations.js';
import { type Fault, judgeAgreement, judgeRun, MOST_BYTES } from './promises.js';
import { Random } from './random.js';
import { type Ended, runWatched } from './runner.js';
import { hostileFormerRun, hostileManifest, hostilePolicy, hostileTargets } from './side-inputs.js';
import { tainted } from './taint.js';

export interface CampaignOptions {
  seed: number;
  seeds: readonly Seed[];
  /** The number of the first input, and the number of inputs. */
  first?: number;
  inputs: number;
  /** Number of command lines for each input. */
  each?: number;
  /** How many times rarer everything else is: servers, real processes, runs that are compared. */
  spacing?: number;
  /** Called with every fault and the folder of the input, which is removed afterwards. */
  onFault?: (found: Found, folder: string) => void;
  /** Called between batches; returns whether to stop before all inputs are done. */
  enough?: () => boolean;
}

export interface Found extends Fault {
  /** What broke: the kind, and the command with its format, or the behavior of a server. Known faults are listed by this key. */
  key: string;
  input: number;
  /** How the file was broken, and which file it was. */
  story: string;
  args: readonly string[];
}

/** What a campaign did, to check that it reached everything. */
export interface Campaign {
  inputs: number;
  runs: number;
  /** Number of runs by command and format: `check sarif`. */
  forms: Map<string, number>;
  /** Number of inputs by the ways in which they were broken. */
  ways: Map<string, number>;
  /** Number of runs by how they ended: an exit code, or the code of an error. */
  ends: Map<string, number>;
  /** Number of exchanges with servers and stores, by their stories. */
  exchanges: Map<string, number>;
  found: Found[];
}

/** Number of inputs whose runs share a process. */
const BATCH = 20;
/**
 * One in this many inputs is also served by a hostile server, run in a separate process, run twice, or read by both `check` and `explain`.
 */
const EVERY = { exchange: 5, process: 40, twice: 7, agreement: 3 };
/** Memory that a run may add to its batch before it is repeated in a separate process and measured there. */
const SUSPECT_BYTES = 100 * 1024 * 1024;

type Form = Pick<Line, 'command' | 'format'>;

interface Input {
  number: number;
  folder: string;
  mutant: Mutant;
  random: Random;
  places: Places;
  exchange?: Exchange;
}

interface Planned {
  input: Input;
  line: Form;
  job: Job;
  part: 'line' | 'exchange' | 'explained' | 'checked' | 'again';
  /** The run that this one repeats or, for `check`, the run of `explain` before it. */
  former?: number;
}

export async function campaign(options: CampaignOptions): Promise<Campaign> {
  const { inputs, first = 0, enough = () => false } = options;
  const record: Campaign = {
    ...{ inputs: 0, runs: 0, forms: new Map(), ways: new Map(), ends: new Map(), exchanges: new Map(), found: [] },
  };
  const turns = new Turns();
  for (let from = first; from < first + inputs && !enough(); from += BATCH) {
    const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-fuzz-'));
    try {
      const count = Math.min(BATCH, first + inputs - from);
      await runInputs(folder, from, count, turns, options, record);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return record;
}

async function runInputs(
  folder: string,
  from: number,
  count: number,
  turns: Turns,
  options: CampaignOptions,
  record: Campaign,
): Promise<void> {
  const { each = 6, spacing = 1, seed, seeds, onFault } = options;
  const isTurn = (number: number, every: number) => number % (every * spacing) === 0;
  const planned: Planned[] = [];
  const made: Input[] = [];
  const tell = (input: Input, { command, format }: Form, args: readonly string[], fault: Fault, exchange = '') => {
    const form = exchange === '' ? `${command} ${format}` : exchange;
    const { number, mutant } = input;
    const found = { ...fault, key: `${fault.kind}: ${form}`, input: number, story: mutant.story, args };
    record.found.push(found);
    onFault?.(found, input.folder);
  };
  for (let number = from; number < from + count; number++) {
    const input = makeInput(join(folder, String(number)), number, seed, seeds);
    made.push(input);
    record.inputs++;
    for (const way of input.mutant.ways) add(record.ways, way);
    for (const line of turns.of(number, each))
      planned.push({ input, line, job: { args: fillIn(line, input.places) }, part: 'line' });
    if (isTurn(number, EVERY.twice)) {
      const former = planned.length - 1;
      planned.push({ ...(planned[former] as Planned), part: 'again', former });
    }
    // For a set of shards, `explain` reports the whole and `check` each file.
    if (isTurn(number, EVERY.agreement) && !input.places.model.includes('-of-')) {
      const { model } = input.places;
      planned.push({
        input,
        line: { command: 'explain', format: 'json' },
        job: { args: ['explain', model, '--json'] },
        part: 'explained',
      });
      const args = ['check', model, '--json'];
      planned.push({
        input,
        line: { command: 'check', format: 'json' },
        job: { args },
        part: 'checked',
        former: planned.length - 1,
      });
    }
    if (isTurn(number, EVERY.exchange)) {
      const behavior = BEHAVIORS[(number / (EVERY.exchange * spacing)) % BEHAVIORS.length] as string;
      input.exchange = await startExchange(behavior, input.mutant.bytes, input.folder, input.random);
      const { target, env, story } = input.exchange;
      add(record.exchanges, story);
      for (const line of REMOTE_LINES)
        planned.push({ input, line, job: { args: line.words(target), env }, part: 'exchange' });
    }
  }

  const ended = await runWatched(planned.map(({ job }) => job));
  await Promise.all(made.map(({ exchange }) => exchange?.close()));

  let peak = 0;
  for (const [i, { input, line, job, part, former }] of planned.entries()) {
    const outcome = ended[i] as Ended;
    record.runs++;
    if (part === 'line') add(record.forms, `${line.command} ${line.format}`);
    add(record.ends, 'died' in outcome ? 'died' : endOf(outcome));
    const story = part === 'exchange' ? input.exchange?.story : undefined;
    for (const fault of judgeRun(line, job.args, outcome)) tell(input, line, job.args, fault, story);
    if ('died' in outcome) {
      peak = 0;
      continue;
    }
    const suspect = outcome.peakBytes - peak > SUSPECT_BYTES && peak > 0;
    peak = Math.max(peak, outcome.peakBytes);
    if (suspect && part !== 'exchange') {
      const [alone] = await runWatched([job]);
      if (alone !== undefined && 'peakBytes' in alone && alone.peakBytes > MOST_BYTES) {
        tell(input, line, job.args, { kind: 'memory', detail: `${Math.round(alone.peakBytes / 1024 / 1024)} MiB` });
      }
    }
    const before = former === undefined ? undefined : ended[former];
    if (before === undefined || 'died' in before) continue;
    if (part === 'again' && withoutTimes(before.stdout) !== withoutTimes(outcome.stdout)) {
      tell(input, line, job.args, { kind: 'not the same twice', detail: '' });
    }
    if (part === 'checked') for (const fault of judgeAgreement(before, outcome)) tell(input, line, job.args, fault);
  }

  for (const input of made) {
    if (!isTurn(input.number, EVERY.process)) continue;
    for (const { line, args, stdin } of processesOf(input)) {
      // The text is kept with the input where the run breaks a promise.
      writeFileSync(join(input.folder, `stdin-${line.command}`), stdin);
      const outcome = run(args, { input: stdin, columns: 100 });
      record.runs++;
      const measured = { ...outcome, cpuMilliseconds: 0, peakBytes: 0 };
      for (const fault of judgeRun(line, args, measured)) tell(input, line, args, fault);
    }
  }
}

/** Command lines for servers. These few are enough, as all commands read from a server in the same way. */
const REMOTE_LINES: readonly (Form & { words: (target: string) => string[] })[] = [
  { command: 'explain', format: 'text', words: (target) => ['explain', target] },
  { command: 'check', format: 'json', words: (target) => ['check', target, '--json'] },
  { command: 'scan', format: 'text', words: (target) => ['scan', target, '--jobs', '1'] },
];

/** Runs in a separate process: those that read standard input, which also cover the program's own start. */
function processesOf({ places, mutant, random }: Input): { line: Form; args: string[]; stdin: string | Uint8Array }[] {
  const { model } = places;
  const text = (command: string) => ({ command, format: 'text' });
  return [
    { line: text('explain'), args: ['-'], stdin: mutant.bytes },
    { line: { command: 'check', format: 'github' }, args: ['check', '-', '--format', 'github'], stdin: mutant.bytes },
    { line: text('scan'), args: ['scan', ...(random.below(2) ? ['-0'] : [])], stdin: hostileTargets(model, random) },
    { line: text('hash'), args: ['hash', model, '--verify', '-'], stdin: hostileManifest(random) },
    { line: text('check'), args: ['check', model, '--policy', '-'], stdin: hostilePolicy(random) },
  ];
}

function makeInput(folder: string, number: number, seed: number, seeds: readonly Seed[]): Input {
  const random = new Random(Math.imul(seed, 0x9e37_79b1) ^ Math.imul(number + 1, 0x85eb_ca6b));
  const mutant = mutate(seeds, random);
  mkdirSync(folder, { recursive: true });
  const name = fileName(number, random);
  const model = join(folder, name);
  writeFileSync(model, mutant.bytes);
  const places: Places = {
    ...changingWords(random),
    ...{ model, folder, other: random.below(2) ? MODEL_PATH : join(FIXTURES_FOLDER, 'valid', 'llama.gguf') },
    ...{
      policy: join(folder, 'policy.yaml'),
      manifest: join(folder, 'manifest'),
      resume: join(folder, 'former.ndjson'),
    },
  };
  writeFileSync(places.policy, hostilePolicy(random));
  writeFileSync(places.manifest, hostileManifest(random));
  writeFileSync(places.resume, hostileFormerRun(random));
  // Some have a sound sibling: the second shard of two.
  if (name.includes('-of-')) copyFileSync(MODEL_PATH, join(folder, name.replace('00001-of', '00002-of')));
  return { number, folder, mutant, random, places };
}

/** A plain name most of the time, otherwise the name of a shard or a hostile name. */
function fileName(number: number, random: Random): string {
  if (number % 11 === 5) return 'model-00001-of-00002.gguf';
  if (number % 11 === 9) return `m${tainted('', random).replaceAll(/[\0/]/g, '')}.gguf`;
  return 'model.gguf';
}

/** Takes the forms of all commands in turns, and the lines of each form in turns: each input gets the next ones. */
class Turns {
  readonly #forms: Line[][];

  constructor() {
    const forms = new Map<string, Line[]>();
    for (const line of allLines()) {
      const form = `${line.command} ${line.format}`;
      forms.set(form, [...(forms.get(form) ?? []), line]);
    }
    this.#forms = [...forms.values()];
  }

  /** The lines of an input, which depend only on its number. */
  of(number: number, each: number): Line[] {
    return Array.from({ length: each }, (_, i) => {
      const turn = number * each + i;
      const lines = this.#forms[turn % this.#forms.length] as Line[];
      return lines[Math.floor(turn / this.#forms.length) % lines.length] as Line;
    });
  }
}

/** All forms: `check sarif`. */
export function allForms(): string[] {
  return [...new Set(allLines().map(({ command, format }) => `${command} ${format}`))];
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function endOf({ code, stderr }: Measured): string {
  const [, error] = /\(([a-z]+(?:-[a-z]+)*)\)|^gguf-explain: (?:.*: )?([a-z]+(?:-[a-z]+)+) at byte/m.exec(stderr) ?? [];
  return code === 2 && error !== undefined ? error : `exit code ${code}`;
}

/** Removes times, which differ at each run. */
function withoutTimes(text: string): string {
  return text.replaceAll(
    /"milliseconds":\{[^}]*\}|"(milli)?seconds":[\d.]+|"ms":[\d.]+|timestamp="[^"]*"|[\d.]+ (?:ms|s)\b/gi,
    '',
  );
}

/** Keeps an input in a folder, with the command line that broke the promise. */
export function keep(found: Found, folder: string, to: string): void {
  mkdirSync(to, { recursive: true });
  cpSync(folder, to, { recursive: true });
  const words = found.args.map((word) => JSON.stringify(word)).join(' ');
  writeFileSync(join(to, 'fault.txt'), `${found.key}\n${found.detail}\n${found.story}\n${words}\n`);
}
