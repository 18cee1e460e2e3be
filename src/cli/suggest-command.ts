/** What is said of a command line that makes no sense, beyond commander's own sentence. Loaded only when there is one. */

import { existsSync } from 'node:fs';
import type { CommanderError } from 'commander';
import type { ExplainedError } from '../explained-error.js';
import { jsonPieces } from '../render/json.js';
import type { ErrorReport } from '../report/schema.js';
import { nearMiss } from '../words/near-miss.js';
import { COMMANDS } from './command-list.js';
import { tellLines, writeJson } from './output.js';
import { asksForJson } from './typed-words.js';

/** A mistyped command alone is looked for as a file: the error that there is none gets the command as its hint. */
export function hintAtCommand(error: ExplainedError, argv: readonly string[]): void {
  const [first] = argv;
  if (first !== undefined && error.target === first) error.hint ??= commandLike(first);
}

function commandLike(word: string): string | undefined {
  const meant = nearMiss(
    word,
    COMMANDS.map(({ name }) => name),
  );
  return meant && `did you mean the command ${meant}?`;
}

/**
 * A first word that is no command is taken for the model of `explain`, so a command that was mistyped, or that comes after an
 * option, is told as words too many: here it gets the name or the place that was meant. With --json the error is printed as a
 * report too.
 */
export function sayMisuse(error: CommanderError, argv: readonly string[]): void {
  const [first = ''] = argv;
  const commands = COMMANDS.map(({ name }) => name);
  const tooMany = error.code === 'commander.excessArguments' && !commands.includes(first);
  const late = tooMany && first.startsWith('-') ? argv.find((word) => commands.includes(word)) : undefined;
  const meant = tooMany && !existsSync(first) ? commandLike(first) : undefined;
  const hint = late ? `the command comes first: gguf-explain ${late} …` : meant;
  if (hint !== undefined) tellLines([`(${hint.charAt(0).toUpperCase()}${hint.slice(1)})`]);
  if (!asksForJson(argv)) return;
  const message = error.message.replace(/^error: /, '').split('\n')[0] as string;
  const details = { code: 'bad-usage', message, ...(hint === undefined ? {} : { hint }) };
  const report: ErrorReport = { schemaVersion: 1, error: details };
  writeJson(jsonPieces(report));
}
