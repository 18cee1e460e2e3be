/** Whether the blocks of a template match: every `if` has its `endif`, every `else` belongs to a block. */

import type { Fault, Piece } from './jinja-pieces.js';

/** Statements that open a block, with those that may divide it. */
const BLOCKS: Readonly<Record<string, readonly string[]>> = {
  if: ['elif', 'else'],
  for: ['else'],
  macro: [],
  call: [],
  filter: [],
  set: [],
  with: [],
  raw: [],
  block: [],
  autoescape: [],
  trans: ['pluralize'],
};

/** Statements without a block. llama.cpp skips `generation` marks; transformers uses them for training. */
const ALONE: ReadonlySet<string> = new Set([
  'include',
  'import',
  'from',
  'extends',
  'do',
  'break',
  'continue',
  'debug',
  'generation',
  'endgeneration',
]);

interface Open {
  name: string;
  at: number;
  /** After an `else`, neither another `else` nor an `elif` may follow. */
  divided: boolean;
}

/** The first fault in the template; null if all blocks match. */
export function blockFault(pieces: readonly Piece[]): Fault | null {
  const open: Open[] = [];
  for (const { kind, tokens, at } of pieces) {
    const name = tokens[0]?.text ?? '';
    if (kind !== 'statement' || ALONE.has(name) || (name === 'set' && assigns(tokens))) continue;
    const innermost = open.at(-1);
    if (Object.hasOwn(BLOCKS, name)) open.push({ name, at, divided: false });
    else if (name.startsWith('end') && Object.hasOwn(BLOCKS, name.slice(3))) {
      if (innermost?.name !== name.slice(3)) return { at, what: `${name} without its ${name.slice(3)}` };
      open.pop();
    } else if (['elif', 'else', 'pluralize'].includes(name)) {
      if (innermost === undefined || !BLOCKS[innermost.name]?.includes(name) || innermost.divided)
        return { at, what: `a misplaced ${name}` };
      if (name !== 'elif') innermost.divided = true;
    } else return { at, what: `the unknown statement ${name}` };
  }
  const last = open.at(-1);
  return last === undefined ? null : { at: last.at, what: `${last.name} without its end${last.name}` };
}

/** `{% set x = 1 %}` is a single statement, `{% set x %}…{% endset %}` is a block. */
function assigns(tokens: Piece['tokens']): boolean {
  return tokens.some(({ kind, text }) => kind === 'operator' && text === '=');
}
