/** Where two long texts differ, by lines: what a changed chat template needs. */

import type { MetadataDifferenceReport } from './diff-schema.js';

type Lines = NonNullable<MetadataDifferenceReport['lines']>;

/** Lines around a change that are shown with it. */
const CONTEXT = 2;

/**
 * Bounds on the work, which grows with the length of the texts times the lines in which they differ: a hostile pair of texts must not
 * take longer than all the rest. Real templates have some hundreds of lines.
 */
const MOST_LINES = 20_000;
const MOST_EDITS = 1000;
const MOST_MILLISECONDS = 3000;

/** Both texts whole, or null where one is too long to be read. */
export async function diffLines(texts: { before: string; after: string } | null): Promise<Lines> {
  if (texts === null) return { before: null, after: null, hunks: null };
  const { before, after } = texts;
  const counts = { before: countLines(before), after: countLines(after) };
  if (counts.before > MOST_LINES || counts.after > MOST_LINES) return { ...counts, hunks: null };
  const { structuredPatch } = await import('diff');
  const patch = structuredPatch('', '', before, after, undefined, undefined, {
    context: CONTEXT,
    maxEditLength: MOST_EDITS,
    timeout: MOST_MILLISECONDS,
  });
  const hunks = patch?.hunks.map(({ oldStart, newStart, lines }) => ({ before: oldStart, after: newStart, lines }));
  return { ...counts, hunks: hunks ?? null };
}

/** A line break ends a line; what stands behind the last one is a line too. */
function countLines(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; count++) at = text.indexOf('\n', at) + 1 || text.length;
  return count;
}
