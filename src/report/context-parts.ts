/** What the context keeps in memory while the model runs, for the page: the cache of keys and values, and the state of recurrent layers. */

import { CELL_PADDING } from '../memory/cells.js';
import { contextMemory } from '../memory/context-memory.js';
import type { MemoryPart } from '../memory/memory-part.js';
import type { Model } from '../model/model.js';
import { formatInteger } from '../words/format-quantity.js';
import type { ComputedReport } from './explain-schema.js';

/** An entry for each of the two that the model has, with its bytes at each length. None for a file that does not process tokens. */
export function contextParts(model: Model, lengths: readonly number[]): ComputedReport[] {
  const decodes = model.tensors.some(
    ({ classified }) => classified.layer !== null && DECODING.has(classified.component),
  );
  const memories = lengths.map((contextLength) => ({ contextLength, memory: contextMemory(model, { contextLength }) }));
  const longest = memories.at(-1)?.memory;
  if (!decodes || !longest) return [];
  const entry = (what: ComputedReport['what'], of: (part: MemoryPart) => number, words: string): ComputedReport => ({
    what,
    formula: longest.parts
      .filter((part) => of(part) > 0)
      .map((part) => shortFormula(part, longest.room, lengths))
      .join(' + '),
    assumption: [words, ...longest.assumptions.map((sentence) => sentence.replace(/\.$/, ''))].join('. '),
    contexts: memories.map(({ contextLength, memory }) => ({
      contextLength,
      bytes: memory?.parts.reduce((sum, part) => sum + of(part), 0) ?? 0,
    })),
  });
  return [
    entry(
      'kv-cache',
      ({ keyBytes, valueBytes }) => keyBytes + valueBytes,
      lengths.every(isWhole) ? 'in F16' : `in F16, reserved for ${CELL_PADDING} tokens at a time`,
    ),
    entry('recurrent-state', ({ stateBytes }) => stateBytes, 'in F32, the same for any context'),
  ];
}

/** Flows that generate text and so keep something; encoders process their input at once. */
export const DECODING: ReadonlySet<string> = new Set(['text', 'decoder']);

/** Whether a cache can have exactly this length. */
const isWhole = (length: number) => length % CELL_PADDING === 0;

/** The formula by token if the cache has exactly this length; otherwise with its rounded length. */
function shortFormula(
  { kind, formula, formulaPerCell, cells }: MemoryPart,
  room: number,
  lengths: readonly number[],
): string {
  if (formulaPerCell === null || cells === null) return formula.replace(/ bytes$/, ' B');
  const each = formulaPerCell.replace(/ bytes$/, ' B');
  if (cells !== room)
    return `${each} × up to ${formatInteger(cells)} ${kind.startsWith('sliding') ? 'tokens' : 'cells'}`;
  if (lengths.every(isWhole)) return `${each}/token`;
  return lengths.length === 1
    ? `${each} × ${formatInteger(room)} tokens`
    : `${each}/token, in steps of ${CELL_PADDING}`;
}
