/** What a tool answers: a page as text, and facts for programs, both bounded; nothing of a file goes out raw. */

import { errorEntry } from '../../library/error-entry.js';
import type { Lines } from '../../render/lines.js';
import { printableLine } from '../../render/sanitize.js';
import { formatInteger } from '../../words/format-quantity.js';
import { shortenMiddle } from '../../words/shorten.js';

/** What a tool found. */
export interface Found {
  /** The page, as the command of the same name prints it. */
  lines: Lines;
  /** Facts for programs: an object whose lists may be cut. `omitted` is added to it. */
  facts?: Record<string, unknown>;
}

/** A result as the protocol has it. */
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
  /** Bytes of the text, and of the facts as JSON, at most. */
  mostBytes: number;
}

/** Room for the line that tells what was left out. */
const ROOM_FOR_NOTE = 200;

/** Characters of a line: a name in it may be of any length. */
const MOST_OF_A_LINE = 2000;

/** Gives as much of the page as there is room for from a line on, and says how to ask for the rest; and facts, whose lists are cut to fit. */
export function resultOf({ lines, facts }: Found, bounds: Bounds): ToolResult {
  const content: ToolResult['content'] = [{ type: 'text', text: pageFrom(lines, bounds) }];
  return facts === undefined ? { content } : { content, structuredContent: cut(harmless(facts), bounds.mostBytes) };
}

/** An error as a result: its stable code begins the text, and stands in `_meta` for programs. */
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
  // A sign takes three bytes at most; so every line has room in an answer of its own.
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

/** The same with lists that end where there is no more room: the longest is cut first, as long as that is needed. */
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

/** Texts of a file as they may be shown, in whatever they stand. */
function harmless<T>(value: T): T {
  if (typeof value === 'string') return shortenMiddle(printableLine(value), MOST_OF_A_LINE) as T;
  if (Array.isArray(value)) return value.map(harmless) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [printableLine(key), harmless(one)])) as T;
}
