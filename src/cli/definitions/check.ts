/** The definition of `check`. */

import { UsageError } from '../../explained-error.js';
import { RULE_GROUPS } from '../../words/findings.js';
import { defineCommand, type OptionsOf } from '../define-command.js';
import { readList } from '../option-values.js';
import { choiceOr, flag, THREADS, text, value, values } from '../options.js';

const FORMATS = ['text', 'json', 'junit', 'sarif', 'github', 'gitlab', 'markdown'] as const;

/** A file, and the format of the report that is written into it; without a format, the one that is printed otherwise. */
export interface OutputFile {
  format: (typeof FORMATS)[number] | undefined;
  path: string;
}

export const CHECK = defineCommand({
  name: 'check',
  aliases: ['verify'],
  summary: 'whether a file is sound: a verdict for people and for CI',
  details: 'Each file gets a verdict with its findings, their places and what to do about them.',
  group: 'verify',
  reports: ['check', 'rules'],
  piece: 'check',
  arguments: [{ syntax: '[models...]', says: 'files, folders, globs, or - for standard input', model: true }],
  options: [
    value(
      '--rules <groups>',
      'groups of rules, separated by commas: format, model, advice, data (default: all)',
      readList,
      { offers: () => ({ words: RULE_GROUPS, commas: true }) },
    ),
    choiceOr('--fail-on <level>', 'the lowest severity that fails a file', ['error', 'warning', 'advice'], 'error'),
    flag('--header-only', 'accept a file that ends after its header, and read no tensor data'),
    flag('--data', 'read all numbers, not samples only: NaN, infinities, zeros, broken blocks, layers that stand out'),
    flag('--sample', 'read samples of files on servers too', { conflicts: ['data', 'headerOnly'] }),
    flag(
      '--digest',
      'read the whole file and compare its SHA-256 with the name of its blob, or with what the hub says',
    ),
    text('--draft <model>', 'also check whether this model can draft for the others (speculative decoding)'),
    THREADS,
    text('--policy <file>', 'your own demands, in YAML or JSON (described by gguf-explain schema --policy)', {
      offers: 'files',
    }),
    values(
      '--ignore <rule>',
      'leave out findings of a rule, or RULE:TENSOR (a name or a glob); the report counts them; may be repeated',
      (rules) => [...rules],
      { offers: async () => ({ words: [...(await import('../../policy/all-findings.js')).ALL_FINDINGS.keys()] }) },
    ),
    values(
      '-o, --output <file>',
      'write to this file instead of standard output; FORMAT=FILE also writes the report to a file, may be repeated',
      readOutputs,
      { offers: 'files' },
    ),
    flag('--quiet', 'one line for each file', { conflicts: ['json'] }),
    flag('--list-rules', 'list all rules with their groups and levels, and check nothing', {
      conflicts: ['initPolicy'],
    }),
    flag('--init-policy', 'print a policy that the model meets, and check nothing', {
      conflicts: ['json', 'format', 'quiet'],
    }),
  ],
  formats: { says: 'how to print it', names: FORMATS },
});

export type CheckOptions = OptionsOf<typeof CHECK>;

/**
 * Reads `sarif=gguf.sarif`, with one file for each format, and at most one file without a format, such as `verdict.txt`. Throws UsageError.
 */
function readOutputs(texts: readonly string[], name: string): OutputFile[] {
  const outputs = texts.map((text) => readOutput(text, name));
  const twice = outputs.find(({ path }, i) => outputs.findIndex((other) => other.path === path) < i);
  if (outputs.filter(({ format }) => format === undefined).length > 1) {
    throw new UsageError(
      'bad-usage',
      `${name}: only one file can get the printed text`,
      `write ${name} sarif=gguf.sarif`,
    );
  }
  if (twice === undefined) return outputs;
  throw new UsageError('bad-usage', `${name}: two reports cannot go into one file, ${twice.path}`);
}

function readOutput(text: string, name: string): OutputFile {
  const [, word, path = text] = /^([a-z]+)=(.*)$/s.exec(text) ?? [];
  const format = FORMATS.find((known) => known === word);
  const hint = `write ${name} sarif=gguf.sarif; formats are ${FORMATS.join(', ')}`;
  if (word !== undefined && format === undefined) {
    throw new UsageError('bad-usage', `${name} ${text}: "${word}" is not a format`, `${hint}; ./${text} is a file`);
  }
  if (FORMATS.some((known) => known === text)) {
    throw new UsageError('bad-usage', `${name} ${text} does not name a file`, `${hint}; ./${text} is a file`);
  }
  if (path === '') throw new UsageError('bad-usage', `${name} ${text} does not name a file`, hint);
  if (path !== '-' || format === undefined) return { format, path };
  throw new UsageError('bad-usage', `${name} ${text}: standard output is for the report of --format`, hint);
}
