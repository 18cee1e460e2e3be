/**
 * Checks that an executable prints what the program prints on Node: `tsx test/executables/compare.ts EXECUTABLE` runs every transcript with
 * it, and further lines with both. Ends with an error where one differs. Part of `npm run executables`.
 */

import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PROJECT_FOLDER } from '../cli/run.js';
import { folderWithProgram, type Heard, lineOf, runLine, transcriptOf } from '../cli/transcript.js';

/**
 * Lines for features that transcripts leave out: threads, products that are split among them, standard input, a folder, code that is loaded
 * late.
 */
const MODEL = 'fixtures/tiny-stories-Q4_K_M.gguf';
const HELLO = JSON.stringify({
  ...{ jsonrpc: '2.0', id: 1, method: 'initialize' },
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'compare', version: '1' } },
});
const CHECK = JSON.stringify({
  ...{ jsonrpc: '2.0', id: 2, method: 'tools/call' },
  params: { name: 'check', arguments: { model: 'demo' } },
});
const LINES = [
  `gguf-explain hash ${MODEL} fixtures/valid/*.gguf`,
  `gguf-explain check --data ${MODEL}`,
  `gguf-explain check --data --json fixtures/flawed/*.gguf`,
  `gguf-explain check --policy fixtures/policies/gguf-policy.yaml --format sarif fixtures/valid`,
  `gguf-explain scan --jobs 2 fixtures/valid fixtures/flawed | sed 's/"milliseconds":{[^}]*}//' | sort`,
  `gguf-explain attention ${MODEL} 'Once upon a time there was a little girl who lived in a house' --json`,
  `gguf-explain flow ${MODEL} 'Once upon a time there was a little girl who lived in a house' --json`,
  `gguf-explain explain ${MODEL} --full --json`,
  `gguf-explain explain ${MODEL} --format html`,
  `gguf-explain - < ${MODEL}`,
  `cat ${MODEL} | gguf-explain - --json`,
  `gguf-explain fixtures`,
  `gguf-explain list --json`,
  `gguf-explain schema explain`,
  `gguf-explain tensors ${MODEL} | head -n 2`,
  `printf '%s\\n' '${HELLO}' '${CHECK}' | gguf-explain mcp --root fixtures | tail -n 1`,
];

const [executable] = process.argv.slice(2);
if (executable === undefined) throw new Error('which executable?');

const onNode = folderWithProgram();
const inOne = mkdtempSync(join(tmpdir(), 'gguf-explain-executable-'));
symlinkSync(resolve(executable), join(inOne, 'gguf-explain'));

const different: string[] = [];

function compare(line: string, found: string, wanted: string): void {
  if (found === wanted) return;
  const [theirs, ours] = [found.split('\n'), wanted.split('\n')];
  const at = ours.findIndex((text, i) => text !== theirs[i]);
  different.push(`$ ${line}\n  Node:       ${ours[at]}\n  executable: ${theirs[at]}`);
}

/** Two at a time, as each run is a process with its own threads. */
async function each<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  const take = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one);
  };
  await Promise.all([take(), take()]);
}

const transcripts = join(PROJECT_FOLDER, 'test', 'cli', 'transcripts');
const kept = readdirSync(transcripts).map((name) => readFileSync(join(transcripts, name), 'utf8'));
try {
  await each(kept, async (text) => {
    const line = lineOf(text);
    compare(line, transcriptOf(line, await runLine(line, inOne)), text);
  });
  await each(LINES, async (line) => {
    const heard: Heard[] = [await runLine(line, onNode), await runLine(line, inOne)];
    compare(line, transcriptOf(line, heard[1] as Heard), transcriptOf(line, heard[0] as Heard));
  });
} finally {
  for (const folder of [onNode, inOne]) rmSync(folder, { recursive: true });
}

for (const text of different) process.stderr.write(`${text}\n`);
process.stdout.write(
  `${kept.length + LINES.length - different.length} of ${kept.length + LINES.length} lines are the same on both\n`,
);
if (different.length > 0) process.exitCode = 1;
