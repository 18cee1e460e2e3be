/** Files that once broke a promise, one for each kind of fault. The fuzzer finds them by chance; here they are made on purpose. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIXTURES_FOLDER } from '../support/places.js';
import { type Draft, readDraft, writeDraft } from './description.js';
import { type Fault, judgeRun } from './promises.js';
import { runWatched } from './runner.js';
import { IMITATED_KEY, MARK } from './taint.js';

export interface Example {
  name: string;
  change(draft: Draft): void;
  /** The command lines, each with the format of its output; the model comes after the command. */
  lines: readonly (readonly [format: string, command: string, ...words: string[]])[];
}

const text = (draft: Draft, key: string, value: string) => draft.metadata.push({ key, type: 'string', value });

function renameArchitecture(draft: Draft, name: string): void {
  for (const entry of draft.metadata) {
    if (entry.key === 'general.architecture') entry.value = name;
    else if (typeof entry.key === 'string') entry.key = entry.key.replace(/^llama\./, `${name}.`);
  }
}

/** All forms of text that contain a name from the file. */
const TEXTS = [
  ['text', 'explain'],
  ['text', 'metadata'],
  ['text', 'tensors'],
  ['text', 'check'],
  ['junit', 'check', '--format', 'junit'],
  ['github', 'check', '--format', 'github'],
  ['text', 'memory'],
  ['text', 'flow'],
] as const;

export const EXAMPLES: readonly Example[] = [
  {
    name: 'an architecture of control characters, renamed with its keys',
    change: (draft) => renameArchitecture(draft, `${MARK}\u001b]52;c;eA==\u0007\u001b[2J\u009b31m\u202e`),
    lines: TEXTS,
  },
  {
    name: 'an architecture of lines that a log obeys',
    change: (draft) => renameArchitecture(draft, `${MARK}\n::error::${MARK}\n::stop-commands::${MARK}`),
    lines: TEXTS,
  },
  {
    name: 'values and names of lines that a log obeys',
    change(draft) {
      for (const key of ['general.name', 'general.license', 'general.url', 'general.author']) {
        draft.metadata = draft.metadata.filter((entry) => entry.key !== key);
        text(draft, key, `::error::${MARK}\n::error::${MARK}\r::error::${MARK}`);
      }
      text(draft, '::error::key', `::error::${MARK}`);
      for (const tensor of draft.tensors.slice(0, 3)) tensor.name = `::error::${MARK}\n::error::${String(tensor.name)}`;
    },
    lines: TEXTS,
  },
  {
    name: 'a template that imitates further keys',
    change: (draft) => text(draft, 'tokenizer.chat_template', `x\n${IMITATED_KEY}  string  ${MARK}\n::error::${MARK}`),
    lines: TEXTS,
  },
  {
    name: 'a template that ends in many dots',
    change: (draft) => text(draft, 'tokenizer.chat_template', `https://example.com/${'.'.repeat(120_000)}x`),
    lines: [['text', 'check']],
  },
  {
    name: 'a template of one long chain of tests',
    change: (draft) =>
      text(draft, 'tokenizer.chat_template', `{% if content ~ ${"'a' in ".repeat(30_000)}x %}x{% endif %}`),
    lines: [['text', 'check']],
  },
  {
    name: 'sums beyond 2^53 of sizes below it',
    change(draft) {
      const huge: Record<string, number> = {
        block_count: 512,
        context_length: 2 ** 31 - 1,
        embedding_length: 2 ** 31 - 1,
      };
      for (const entry of draft.metadata) {
        const name = String(entry.key).replace(/^llama\./, '');
        if (name in huge) Object.assign(entry, { type: 'u32', value: huge[name] });
      }
    },
    lines: ['explain', 'memory', 'sizes', 'check'].map((command) => ['json', command, '--json'] as const),
  },
];

/** The faults of an example, each with its key in the list of known faults. */
export async function runExample(example: Example, folder: string): Promise<(Fault & { key: string })[]> {
  const draft = readDraft(readFileSync(join(FIXTURES_FOLDER, 'valid', 'llama.gguf')));
  example.change(draft);
  mkdirSync(folder, { recursive: true });
  const model = join(folder, 'model.gguf');
  writeFileSync(model, writeDraft(draft).bytes);
  const runs = example.lines.map(([format, command, ...words]) => ({
    format,
    command,
    args: [command, model, ...words],
  }));
  const ended = await runWatched(runs.map(({ args }) => ({ args })));
  return runs.flatMap(({ format, command, args }, i) => {
    const end = ended[i];
    if (end === undefined) return [];
    return judgeRun({ command, format }, args, end).map((fault) => ({
      ...fault,
      key: `${fault.kind}: ${command} ${format}`,
    }));
  });
}
