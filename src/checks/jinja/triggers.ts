/**
 * Conditions on the words of a message that lead to an address: `{% if 'invoice' in message.content %}` and then a link. This is how a
 * poisoned template makes the model answer certain questions differently.
 */

import type { Piece, Token } from './jinja-pieces.js';
import { sendsSomewhere } from './literals.js';
import { isName, isOperator } from './names.js';

export interface Trigger {
  /** The words that the condition looks for. */
  words: string;
  at: number;
}

/** Triggers whose branch contains an address or asks to open one, in the order of the template. */
export function triggersOf(pieces: readonly Piece[]): Trigger[] {
  // For each open `if` and `for`, the innermost trigger around its current branch.
  const open: (Trigger | null)[] = [];
  const found = new Set<Trigger>();
  for (const { kind, text, tokens, at } of pieces) {
    const name = kind === 'statement' ? (tokens[0]?.text ?? '') : '';
    if (['elif', 'else', 'endif', 'endfor'].includes(name)) open.pop();
    const around = open.at(-1) ?? null;
    if (name === 'if' || name === 'elif') open.push(triggerOf(tokens, at) ?? around);
    else if (name === 'else' || name === 'for') open.push(around);
    const trigger = open.at(-1) ?? null;
    if (trigger === null || kind === 'comment') continue;
    const words =
      kind === 'text' ? [text] : tokens.filter((token) => token.kind === 'string').map((token) => token.text);
    if (words.some(sendsSomewhere)) found.add(trigger);
  }
  return [...found];
}

/** Methods that look for words in a text. */
const METHODS: ReadonlySet<string> = new Set(['startswith', 'endswith', 'find', 'count', 'index']);

/** Names of variables with text from a user. */
const OF_A_MESSAGE = /content|text|prompt|query|question/i;

/** `'words' in …content…`, `…content… == 'words'`, or a method of the content that looks for words. */
function triggerOf(tokens: readonly Token[], at: number): Trigger | null {
  for (const part of parts(tokens)) {
    if (!part.some((token) => token.kind !== 'operator' && OF_A_MESSAGE.test(token.text))) continue;
    // Computed once, because a chain of `in` needs it at each link.
    const lastOfMessage = part.findLastIndex(({ text }) => OF_A_MESSAGE.test(text));
    const words = part.find((token, i) => {
      if (token.kind !== 'string' || !/[\p{L}\d]/u.test(token.text)) return false;
      const [twoBefore, before, after] = [part[i - 2], part[i - 1], part[i + 1]];
      // 'content' in message tests for a field, not for words.
      if (isName(after, 'in') || (isName(after, 'not') && isName(part[i + 2], 'in'))) {
        return lastOfMessage >= i + 2;
      }
      return isOperator(before, '==') || (isOperator(before, '(') && METHODS.has(twoBefore?.text ?? ''));
    });
    if (words !== undefined) return { words: words.text, at };
  }
  return null;
}

/** Splits a condition at `and` and `or`. */
function parts(tokens: readonly Token[]): Token[][] {
  const all: Token[][] = [[]];
  for (const token of tokens) {
    if (isName(token, 'and') || isName(token, 'or')) all.push([]);
    else all.at(-1)!.push(token);
  }
  return all;
}
