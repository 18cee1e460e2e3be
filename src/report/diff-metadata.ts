/** Differences of metadata for the report: values in the form of JSON, long texts line by line. */

import type { ItemDifference } from '../gguf/compare-arrays.js';
import type { MetadataDifference } from '../gguf/compare-metadata.js';
import type { MetadataEntry, MetadataValue } from '../gguf/metadata.js';
import { shortestSingle } from '../words/format-quantity.js';
import type { DiffValue, MetadataDifferenceReport } from './diff-schema.js';

/** Items of an array in the report; items that differ are listed separately. */
const MOST_ITEMS = 16;

/** Characters of a text in the report; differences of longer texts are shown by lines. */
const MOST_CHARACTERS = 16_384;

/** Returns the name of a number that has a meaning, such as a file type. */
export type LabelOf = (side: 'before' | 'after', key: string) => string | undefined;

/** The results of two chat templates for the conversations, by the key that both have. */
export type RendersByKey = ReadonlyMap<string, Renders>;
type Renders = NonNullable<MetadataDifferenceReport['renders']>;

export async function metadataDifferences(
  differences: readonly MetadataDifference[],
  labelOf: LabelOf,
  renders: RendersByKey = new Map(),
): Promise<MetadataDifferenceReport[]> {
  const reports: MetadataDifferenceReport[] = [];
  const work = lineWork();
  for (const difference of differences) {
    const report = await differenceReport(difference, labelOf, work);
    const rendered = renders.get(report.key);
    reports.push(rendered === undefined ? report : { ...report, renders: bounded(rendered) });
  }
  return reports;
}

/** Characters of a rendered conversation in the report. */
const MOST_RENDERED = 4000;

function bounded({ same, different, unknown }: Renders): Renders {
  const head = (text: string | null) => (text === null ? null : text.slice(0, MOST_RENDERED));
  const told = different.map(({ conversation, before, after }) => ({
    conversation,
    before: head(before),
    after: head(after),
  }));
  return { same, different: told, unknown };
}

async function differenceReport(
  { change, before, after, sameValue, items, texts }: MetadataDifference,
  labelOf: LabelOf,
  work: LineWork,
): Promise<MetadataDifferenceReport> {
  const { key } = (before ?? after) as MetadataEntry;
  const lines = texts !== undefined && hasLines(texts) ? await diffLines(texts, work) : undefined;
  return {
    change,
    key,
    ...(before === undefined ? {} : { before: valueEntry(before, labelOf('before', key)) }),
    ...(after === undefined ? {} : { after: valueEntry(after, labelOf('after', key)) }),
    ...(sameValue === undefined ? {} : { sameValue }),
    ...(items === undefined || items.count === 0
      ? {}
      : { items: { differing: items.count, first: items.first.map((item) => itemEntry(item, before, after)) } }),
    ...(lines === undefined ? {} : { lines }),
  };
}

/** Whether a text has several lines; texts of one line are shown as a whole. */
function hasLines(texts: { before: string; after: string } | null): boolean {
  return texts === null || texts.before.includes('\n') || texts.after.includes('\n');
}

function valueEntry({ type, value }: MetadataEntry, label: string | undefined): DiffValue {
  const named = label === undefined ? {} : { label };
  if (typeof value === 'string') {
    const complete = value.length <= MOST_CHARACTERS;
    const count = complete ? {} : { count: Buffer.byteLength(value) };
    return { type, value: complete ? value : head(value), ...count, complete, ...named };
  }
  if (typeof value !== 'object') return { type, value: toJson(value, type), complete: true, ...named };
  if (value.kind === 'long-string') {
    return { type, value: value.head, count: value.byteLength, complete: false, ...named };
  }
  const shown = value.items.slice(0, MOST_ITEMS).map((item) => toJson(item, value.itemType));
  const complete = shown.length === value.count;
  return { type: `array of ${value.itemType}`, value: shown, count: value.count, complete, ...named };
}

/** The beginning of a long text, without splitting a surrogate pair. */
function head(text: string): string {
  return text.slice(0, MOST_CHARACTERS).replace(/[\ud800-\udbff]$/, '');
}

function itemEntry({ index, before, after }: ItemDifference, a?: MetadataEntry, b?: MetadataEntry) {
  return {
    index,
    ...(before === undefined ? {} : { before: toJson(before, itemTypeOf(a)) }),
    ...(after === undefined ? {} : { after: toJson(after, itemTypeOf(b)) }),
  };
}

function itemTypeOf(entry: MetadataEntry | undefined): string {
  const value = entry?.value;
  return typeof value === 'object' && value.kind === 'array' ? value.itemType : '';
}

/** Like the values in the report of `metadata`, but with the sign of a zero, and only the beginning of long values. */
function toJson(value: MetadataValue, type: string): DiffValue['value'] {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === 'number') {
    if (Object.is(value, -0)) return '-0';
    return Number.isFinite(value) ? (type === 'f32' ? shortestSingle(value) : value) : String(value);
  }
  if (typeof value === 'string') return value.length > MOST_CHARACTERS ? head(value) : value;
  if (typeof value !== 'object') return value;
  if (value.kind === 'long-string') return value.head;
  return value.items.slice(0, MOST_ITEMS).map((item) => toJson(item, value.itemType));
}

// Line differences of two long texts, for changed chat templates.

type Lines = NonNullable<MetadataDifferenceReport['lines']>;

/** Lines of context around a change. */
const CONTEXT = 2;

/**
 * Bounds on the work, which grows with the square of the number of differing lines: a malicious pair of texts must not take longer than
 * everything else. Real templates have a few hundred lines. Steps are counted instead of time, so that the result is always the same.
 */
const MOST_LINES = 20_000;
const MOST_EDITS = 1000;

/** The remaining budget for all texts of two files together. */
export interface LineWork {
  /** Counted in squares of the number of removed or added lines. */
  left: number;
}

/** Enough for two texts that differ too much, or for thousands with a few edits each. */
export function lineWork(): LineWork {
  return { left: 2 * MOST_EDITS ** 2 };
}

/** `texts` is null if one of them is too long to be read. The hunks in the result are null if the texts differ in too many lines. */
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

/** A line break ends a line; text after the last line break is a line too. */
function countLines(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; count++) at = text.indexOf('\n', at) + 1 || text.length;
  return count;
}
