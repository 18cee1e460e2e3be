/** What a reader must know before trusting the numbers of a prompt: too many tokens, or numbers that are not finite. */

import { formatInteger } from '../../words/format-quantity.js';
import type { RenderOptions } from '../options.js';
import { breakText } from './columns.js';
import { shellWord } from './shell-word.js';

interface Computed {
  file: { name: string };
  contextLength: number | null;
  tokens: readonly unknown[];
}

/** Warnings, each followed by a blank line; empty if there are none. */
export function promptNotes(report: Computed, damaged: boolean, { theme, width }: RenderOptions): string[] {
  const { contextLength, tokens } = report;
  const warnings: string[] = [];
  if (contextLength !== null && tokens.length > contextLength) {
    warnings.push(
      `the prompt has ${formatInteger(tokens.length)} tokens, and the model was trained for at most ${formatInteger(contextLength)}, so the result may make no sense`,
    );
  }
  if (damaged) {
    warnings.push(
      `some numbers are NaN (not a number): weights of this file are probably damaged. ${checkCommand(report.file)} shows which`,
    );
  }
  return warnings.flatMap((words) => {
    const [first = '', ...rest] = breakText(words, width - 11);
    const lines = [`${theme.level.warning('warning')}  ${first}`, ...rest.map((line) => `         ${line}`)];
    return [...lines, ''];
  });
}

/** The command that finds damaged weights. */
export function checkCommand({ name }: Computed['file']): string {
  return `gguf-explain check --data ${shellWord(name)}`;
}

/** Whether any of these numbers is null, which means that it was not finite when it was computed. */
export function hasNoNumber(values: Iterable<number | null>): boolean {
  for (const value of values) if (value === null) return true;
  return false;
}
