/** The prompt of a page in the commands that the page proposes, its tokens as labels, and its vectors as numbers. */

import type { PromptToken, VectorSample } from '../../report/attention-schema.js';
import { formatInteger } from '../../words/format-quantity.js';
import { withMinus } from '../../words/minus.js';
import type { RenderOptions, Shell } from '../options.js';
import { sanitize } from '../sanitize.js';
import { wrap } from './columns.js';
import { nextSection, type Suggestion } from './next-section.js';
import { inSingleQuotes } from './shell-word.js';

/** A computed prompt: its tokens, and its text, if a text was given. */
interface AskedPrompt {
  prompt?: string | undefined;
  tokens: readonly Pick<PromptToken, 'id'>[];
}

/** Most characters of a text, and most token ids, that a command repeats. For longer ones, the command has a placeholder. */
const MOST_CHARACTERS = 62;
const MOST_IDS = 24;

/** What a shell changes inside of double quotes. */
const CHANGED: Readonly<Record<Shell, RegExp>> = {
  posix: /["$`\\!]/,
  powershell: /["$`\u201c-\u201e]/,
  cmd: /["%!^]/,
};

/**
 * A text in double quotes, as people write one, or in single ones where those would change it; null if no quotes can keep it: a terminal
 * obeys control characters, cmd.exe changes it in any quotes, and Windows PowerShell drops double quotes on the way to a program.
 */
export function inQuotes(text: string, shell: Shell = 'posix'): string | null {
  if (sanitize(text) !== text) return null;
  if (!CHANGED[shell].test(text)) return `"${text}"`;
  if (shell === 'cmd' || (shell === 'powershell' && text.includes('"'))) return null;
  return inSingleQuotes(text, shell);
}

/** Explains ▁ in the labels of these tokens; empty if no label has it. */
export function spaceNote(tokens: readonly Pick<PromptToken, 'piece'>[], { theme, width }: RenderOptions): string[] {
  const has = tokens.some(({ piece }) => piece?.includes(' '));
  return has ? wrap('▁ is a space: it belongs to the token.', width - 2).map(theme.muted) : [];
}

/** The prompt as the words of a command: quoted if it is short, its ids if no quotes keep it, and otherwise PROMPT or IDS. */
export function promptWords({ prompt, tokens }: AskedPrompt, shell: Shell = 'posix'): string {
  const text = prompt === undefined || prompt.startsWith('-') ? null : inQuotes(prompt, shell);
  if (text !== null && text.length <= MOST_CHARACTERS) return text;
  if (tokens.length <= MOST_IDS) return `--tokens ${tokens.map(({ id }) => id).join(',')}`;
  return prompt === undefined ? '--tokens IDS' : 'PROMPT';
}

/** The section NEXT, and what the names in its commands mean. */
export function promptSection(
  suggestions: readonly Suggestion[],
  prompts: readonly AskedPrompt[],
  options: RenderOptions,
): string[] {
  const { theme, width, shell } = options;
  const words = prompts.map((one) => promptWords(one, shell));
  const named = [
    ...(words.includes('PROMPT')
      ? [`PROMPT is your text${prompts.length > 1 ? ', the first or the second' : ''}.`]
      : []),
    ...(words.includes('--tokens IDS') ? ['IDS are the token ids that you gave.'] : []),
  ];
  return [...nextSection(suggestions, options), ...named.flatMap((line) => wrap(line, width - 2)).map(theme.muted)];
}

// A token as a label: its text with visible spaces, or its id if it has no text.

export function tokenLabel({ id, piece }: { id: number; piece: PromptToken['piece'] }): string {
  if (piece === null) return `#${id}`;
  return piece === '' ? `(empty, ${id})` : sanitize(piece).replaceAll(' ', '▁');
}

/** Most tokens of the prompt that are listed: the first ones and the last ones. */
const MOST_TOKENS = 24;

/** The tokens with their ids. */
export function tokenWords(tokens: readonly PromptToken[]): string {
  const words = tokens.map((token) =>
    token.piece === null ? tokenLabel(token) : `${tokenLabel(token)} (${token.id})`,
  );
  if (words.length <= MOST_TOKENS) return words.join('  ');
  const left = formatInteger(words.length - MOST_TOKENS);
  return [...words.slice(0, MOST_TOKENS / 2), `… ${left} more …`, ...words.slice(-MOST_TOKENS / 2)].join('  ');
}

// Vectors of a prompt's tokens, one line each: the first numbers, with three significant digits.

/** Most tokens whose numbers are shown. */
const MOST_SHOWN = 3;

/** The first few tokens and the last one. */
export function shownTokens(count: number): number[] {
  const first = Array.from({ length: Math.min(count, MOST_SHOWN) }, (_, i) => i);
  return count <= MOST_SHOWN ? first : [...first.slice(0, MOST_SHOWN - 1), count - 1];
}

/** The vector of a token; dots replace the rest of it. */
export function vectorWords({ first, length }: VectorSample, token: number): string {
  const own = first[token] ?? [];
  const words = own.map((value) => shortNumber(value).padStart(6)).join(' ');
  return length > own.length ? `${words} …` : words;
}

/** Shown for a number that was not finite when it was computed. */
export const NOT_A_NUMBER = 'NaN';

/** Three significant digits. */
export function shortNumber(value: number | null): string {
  if (value === null) return NOT_A_NUMBER;
  const size = Math.abs(value);
  const text =
    size >= 1e6 || (size > 0 && size < 1e-4)
      ? value.toExponential(1)
      : value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
  return withMinus(text);
}

/** A probability. */
export function percent(share: number | null): string {
  if (share === null) return NOT_A_NUMBER;
  return share < 0.0005 ? 'under 0.1 %' : `${(share * 100).toFixed(1)} %`;
}
