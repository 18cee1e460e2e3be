/** The promises that the program makes for every run, whatever the file holds, and the check which of them a run broke. */

import { COMMANDS } from '../../src/cli/command-list.js';
import { EXPLAIN } from '../../src/cli/definitions/explain.js';
import type { ReportName } from '../../src/report/report-names.js';
import { REPORT_SCHEMAS } from '../../src/report/report-schemas.js';
import type { Measured } from '../cli/batch.js';
import { bomFaults } from '../support/cyclonedx-schema.js';
import type { Line } from './command-lines.js';
import type { Ended } from './runner.js';
import { IMITATED_KEY, MARK } from './taint.js';
import { csvFault, markupFault, parsed } from './well-formed.js';

/** A broken promise: its kind, and the evidence. */
export interface Fault {
  kind: Kind;
  detail: string;
}

/** The promises. A fault is reported and counted under the promise that it breaks. */
export const KINDS = [
  'died',
  'exit code',
  'stack',
  'slow',
  'memory',
  'control characters',
  'line of a log',
  'imitated key',
  'not of its format',
  'not of its schema',
  'silent',
  'not the same twice',
  'verdicts disagree',
] as const;
export type Kind = (typeof KINDS)[number];

/** Limits for processor time and memory of a run. Reading a header takes a hundredth of the time and a fifth of the memory. */
const MOST_CPU_MILLISECONDS = 3000;
export const MOST_BYTES = 450 * 1024 * 1024;

/** Characters that a terminal acts on or that a reader cannot see. The program's own line breaks and tabs are allowed. */
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/;

/** A workflow command of GitHub, which also accepts blanks before it. */
const COMMAND_OF_A_LOG = /^\s*::[\w-]+/m;

/** The data of a run that is judged. Bytes of standard output that are not text are left out. */
export function judgeRun(line: Pick<Line, 'command' | 'format'>, args: readonly string[], ended: Ended): Fault[] {
  if ('died' in ended) {
    return [{ kind: /processor time|for ever/.test(ended.died) ? 'slow' : 'died', detail: ended.died }];
  }
  const { stdout, stderr, code } = ended;
  const faults: Fault[] = [];
  const tell = (kind: Kind, detail: string) => faults.push({ kind, detail });
  const binary = ['f32', 'npy'].includes(line.format) && code === 0;
  const text = binary ? '' : stdout;

  if (code !== 0 && code !== 2 && !(code === 1 && ['check', 'diff', 'hash'].includes(line.command)))
    tell('exit code', `${code}`);
  const stack = /^ {4}at .*$|internal-error|fault in gguf-explain itself/m.exec(`${text}\n${stderr}`);
  if (stack !== null) tell('stack', `${stderr || text}`.slice(0, 600));
  if (ended.cpuMilliseconds > MOST_CPU_MILLISECONDS) tell('slow', `${Math.round(ended.cpuMilliseconds)} ms`);
  if (code === 2 && stderr === '' && !['check', 'scan', 'list'].includes(line.command))
    tell('silent', 'code 2 without a word');

  for (const [where, whole] of [
    ['stdout', text],
    ['stderr', stderr],
  ] as const) {
    const kept = line.format === 'csv' && where === 'stdout' ? whole.replaceAll('\r\n', '\n') : whole;
    const obeyed = OBEYED.exec(kept);
    if (obeyed !== null) tell('control characters', `${where}: ${around(kept, obeyed.index)}`);
    // The page's own style has lines that look like the taint.
    const said = line.format === 'html' ? kept.replace(/<style>.*?<\/style>/gs, '') : kept;
    const command = line.format === 'github' && where === 'stdout' ? null : COMMAND_OF_A_LOG.exec(said);
    if (command !== null) tell('line of a log', `${where}: ${around(said, command.index)}`);
    const imitated = new RegExp(`^\\s*${IMITATED_KEY}  string  ${MARK}`, 'm').exec(kept);
    if (imitated !== null) tell('imitated key', `${where}: ${around(kept, imitated.index)}`);
  }
  const fault = code === 2 && !printsWhenItFails(line) ? errorFault(text, args) : formatFault(line, text);
  if (fault !== null) tell(fault.startsWith('schema: ') ? 'not of its schema' : 'not of its format', fault);
  return faults;
}

/** Commands that report an unreadable file in their own format. */
function printsWhenItFails({ command }: Pick<Line, 'command'>): boolean {
  return ['scan', 'list'].includes(command);
}

function around(text: string, at: number): string {
  return JSON.stringify(text.slice(Math.max(0, at - 60), at + 40));
}

function errorFault(text: string, args: readonly string[]): string | null {
  // Output from before the error remains, such as a table of tensors. With JSON, there is one value or nothing.
  if (!args.includes('--json') || text === '') return null;
  const json = parsed(text);
  if ('fault' in json) return json.fault;
  return fits(json.value, ['error', ...kindsOf(args[0] as string)]);
}

function formatFault({ command, format }: Pick<Line, 'command' | 'format'>, text: string): string | null {
  if (command === 'schema') return 'fault' in parsed(text) ? 'no JSON' : null;
  if (command === 'scan') return linesFault(text, kindsOf(command));
  if (format === 'ndjson') return linesFault(text);
  if (format === 'csv') return csvFault(text);
  if (format === 'junit' || format === 'svg') return markupFault(text, false);
  if (format === 'html') return markupFault(text, true);
  if (format === 'github') return annotationsFault(text);
  if (format === 'sarif') return sarifFault(text);
  if (format === 'cyclonedx') return bomFault(text);
  if (format !== 'json') return null;
  const json = parsed(text);
  if ('fault' in json) return json.fault;
  return fits(json.value, kindsOf(command));
}

/** The kinds of JSON that a command prints; a line that begins with no command is `explain`. */
function kindsOf(word: string): readonly ReportName[] {
  return (COMMANDS.find(({ name }) => name === word) ?? EXPLAIN).reports;
}

function linesFault(text: string, kinds: readonly ReportName[] = []): string | null {
  for (const line of text.split('\n').slice(0, -1)) {
    const json = parsed(line);
    const fault = 'fault' in json ? json.fault : fits(json.value, kinds);
    if (fault !== null) return fault;
  }
  return text === '' || text.endsWith('\n') ? null : 'the last line does not end';
}

function annotationsFault(text: string): string | null {
  const odd = text
    .split('\n')
    .find((line) => line !== '' && !/^::(?:error|warning|notice) (?:file=|title=)/.test(line));
  return odd === undefined ? null : `no annotation of ours: ${JSON.stringify(odd.slice(0, 100))}`;
}

function sarifFault(text: string): string | null {
  const json = parsed(text);
  if ('fault' in json) return json.fault;
  const { version, runs } = json.value as { version?: unknown; runs?: { results?: unknown[] }[] };
  return version === '2.1.0' && Array.isArray(runs?.[0]?.results) ? null : 'no log of SARIF';
}

function bomFault(text: string): string | null {
  const json = parsed(text);
  return 'fault' in json ? json.fault : (bomFaults(json.value as object)[0] ?? null);
}

/** Null where the value is of one of the kinds, or where any kind is allowed. */
function fits(value: unknown, kinds: readonly ReportName[]): string | null {
  const problems = kinds.flatMap((kind) => {
    const { error } = REPORT_SCHEMAS[kind].safeParse(value);
    return [error === undefined ? null : `${kind} ${error.issues[0]?.path.join('.')}: ${error.issues[0]?.message}`];
  });
  return problems.includes(null) || problems.length === 0 ? null : `schema: ${problems[0]}`;
}

/** Checks that `check` and `explain` agree on one file: on whether it can be read, and on the findings that both look for. */
export function judgeAgreement(explained: Measured, checked: Measured): Fault[] {
  const [page, verdict] = [parsed(explained.stdout), parsed(checked.stdout)];
  if ('fault' in page || 'fault' in verdict) return [];
  const { error, findings } = page.value as { error?: { code: string }; findings?: { code: string }[] };
  const [file] =
    (verdict.value as { files?: { verdict: string; error?: { code: string }; findings: { code: string }[] }[] })
      .files ?? [];
  if (file === undefined) return [];
  if (error?.code !== file.error?.code) {
    return [
      {
        kind: 'verdicts disagree',
        detail: `explain: ${error?.code ?? 'reads it'}, check: ${file.error?.code ?? file.verdict}`,
      },
    ];
  }
  const known = new Set(file.findings.map(({ code }) => code));
  const missing = [...new Set((findings ?? []).map(({ code }) => code).filter((code) => !known.has(code)))];
  return missing.length === 0
    ? []
    : [{ kind: 'verdicts disagree', detail: `check does not find ${missing.join(', ')}` }];
}
