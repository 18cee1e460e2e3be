/** The answer of a tool: a page as text, and facts for programs. Both have a maximum size, and text from a file is always escaped. */

import { errorEntry } from '../../library/error-entry.js';
import type { Lines } from '../../render/lines.js';
import { printableLine } from '../../render/sanitize.js';
import { formatInteger } from '../../words/format-quantity.js';
import { shortenMiddle } from '../../words/shorten.js';

/** What a tool found. */
export interface Found {
  /** The page, as the command of the same name prints it. */
  lines: Lines;
  /** Facts for programs: an object whose lists may be shortened. `omitted` is added to it. */
  facts?: Record<string, unknown>;
}

/** A result in the form of the protocol. */
export interface ToolResult {
  [key: string]: unknown;
  content: { type: 'text'; text: string }[];
  structuredContent?: Record<string, unknown>;
  isError?: true;
  _meta?: Record<string, unknown>;
}

export interface Bounds {
  /** Lines of the page that are skipped. */
  offset: number;
  /** Most bytes of the text, and most bytes of the facts as JSON. */
  mostBytes: number;
}

/** Room for the line that says what was left out. */
const ROOM_FOR_NOTE = 200;

/** Most characters of a line: a name in it may be very long. */
const MOST_OF_A_LINE = 2000;

/**
 * As much of the page as there is room for, from a line on, with a note on how to ask for the rest; and facts, whose lists are shortened to
 * fit.
 */
export function resultOf({ lines, facts }: Found, bounds: Bounds): ToolResult {
  const content: ToolResult['content'] = [{ type: 'text', text: pageFrom(lines, bounds) }];
  return facts === undefined ? { content } : { content, structuredContent: cut(harmless(facts), bounds.mostBytes) };
}

/** An error as a result: its stable code begins the text, and is in `_meta` for programs. */
export function errorResult(error: unknown): ToolResult {
  const { target, code, message, expected, found, hint } = errorEntry(error);
  const lines = [
    `error ${code}: ${target === undefined ? '' : `${target}: `}${message}`,
    ...(expected === undefined ? [] : [`expected ${expected}, found ${found ?? 'nothing'}`]),
    ...(hint === undefined ? [] : [`hint: ${hint}`]),
  ];
  const text = lines.map((line) => shortenMiddle(printableLine(line), MOST_OF_A_LINE)).join('\n');
  return { content: [{ type: 'text', text }], isError: true, _meta: { 'gguf-explain/code': code } };
}

function pageFrom(lines: Lines, { offset, mostBytes }: Bounds): string {
  // A character takes three bytes at most, so every line fits into an answer.
  const mostOfALine = Math.min(MOST_OF_A_LINE, Math.floor((mostBytes - ROOM_FOR_NOTE) / 3) - 1);
  const shown: string[] = [];
  let [all, bytes] = [0, 0];
  let full = false;
  for (const line of lines) {
    const at = all++;
    if (at < offset || full) continue;
    const text = shortenMiddle(printableLine(line), mostOfALine).trimEnd();
    const more = Buffer.byteLength(text) + 1;
    full = shown.length > 0 && bytes + more > mostBytes - ROOM_FOR_NOTE;
    if (full) continue;
    shown.push(text);
    bytes += more;
  }
  if (offset > 0 && shown.length === 0)
    return `There is no line ${formatInteger(offset)}: the answer has ${all} lines.`;
  const next = offset + shown.length;
  if (next < all) {
    shown.push(`… ${formatInteger(all - next)} more lines: call again with offset ${next}, or ask for less.`);
  }
  return shown.join('\n');
}

/** The facts with lists shortened to fit. The longest list is halved first, until everything fits. */
function cut(facts: Record<string, unknown>, mostBytes: number): Record<string, unknown> {
  const kept: Record<string, unknown> = { ...facts, omitted: 0 };
  let omitted = 0;
  while (Buffer.byteLength(JSON.stringify(kept)) > mostBytes) {
    const lists = Object.entries(kept).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]));
    const [longest] = lists.sort(([, a], [, b]) => JSON.stringify(b).length - JSON.stringify(a).length);
    if (longest === undefined || longest[1].length === 0) break;
    const [name, list] = longest;
    const half = Math.floor(list.length / 2);
    omitted += list.length - half;
    Object.assign(kept, { [name]: list.slice(0, half), omitted });
  }
  return kept;
}

/** Escapes and shortens all texts in a value, however deep. */
function harmless<T>(value: T): T {
  if (typeof value === 'string') return shortenMiddle(printableLine(value), MOST_OF_A_LINE) as T;
  if (Array.isArray(value)) return value.map(harmless) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [printableLine(key), harmless(one)])) as T;
}
