/** Where two long texts differ, by lines: what a changed chat template needs. */

import type { MetadataDifferenceReport } from './diff-schema.js';

type Lines = NonNullable<MetadataDifferenceReport['lines']>;

/** Lines around a change that are shown with it. */
const CONTEXT = 2;

/**
 * Bounds on the work, which grows with the square of the lines in which two texts differ: a hostile pair of texts must not take longer
 * than all the rest. Real templates have some hundreds of lines. Steps are counted and not time, so that the answer is always the same.
 */
const MOST_LINES = 20_000;
const MOST_EDITS = 1000;

/** What may still be spent on all texts of two files together. */
export interface LineWork {
  /** Squares of the lines that were taken out or put in. */
  left: number;
}

/** Enough for two texts that are too different, or for thousands that are edited in a few places. */
export function lineWork(): LineWork {
  return { left: 2 * MOST_EDITS ** 2 };
}

/** Both texts whole, or null where one is too long to be read. The hunks are null where the texts differ in too many lines. */
export async function diffLines(texts: { before: string; after: string } | null, work: LineWork): Promise<Lines> {
  if (texts === null) return { before: null, after: null, hunks: null };
  const { before, after } = texts;
  const counts = { before: countLines(before), after: countLines(after) };
  const maxEditLength = Math.min(MOST_EDITS, Math.floor(Math.sqrt(work.left)));
  if (counts.before > MOST_LINES || counts.after > MOST_LINES || maxEditLength < 1) return { ...counts, hunks: null };
  const { structuredPatch } = await import('diff');
  const patch = structuredPatch('', '', before, after, undefined, undefined, {
    context: CONTEXT,
    maxEditLength,
  });
  const edits = patch?.hunks.flatMap(({ lines }) => lines.filter((line) => !line.startsWith(' '))).length;
  work.left -= (edits ?? maxEditLength) ** 2;
  const hunks = patch?.hunks.map(({ oldStart, newStart, lines }) => ({ before: oldStart, after: newStart, lines }));
  return { ...counts, hunks: hunks ?? null };
}

/** A line break ends a line; what stands behind the last one is a line too. */
function countLines(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; count++) at = text.indexOf('\n', at) + 1 || text.length;
  return count;
}
