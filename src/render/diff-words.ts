/** Differences in words, for the page and for Markdown: plain text in which everything from a file is safe to print on a terminal. */

import type {
  DiffReport,
  DiffSide,
  DiffValue,
  MetadataDifferenceReport,
  TensorDifferenceReport,
} from '../report/diff-schema.js';
import { formatBits, formatBytes, formatCount, formatInteger, formatParameters } from '../words/format-quantity.js';
import { sanitize } from './sanitize.js';

/** The whole comparison in one line: `1 key changed, 16 tensors retyped, +652 KiB`. */
export function summaryWords(report: DiffReport): string {
  if (report.equal) return equalWords(report);
  const { keys, tensors, bytes } = report.summary;
  const { added, removed, retyped, reshaped, content } = tensors;
  const parts = [
    ...report.container.map(({ what, before, after }) => `${CONTAINER_WORDS[what]} ${before} → ${after}`),
    countWords('key', keys),
    countWords('tensor', {
      ...{ added, removed, retyped, reshaped, 'with other data': content },
      'with different numbers': report.data === null ? otherNumbers(report) : 0,
    }),
  ].filter((part) => part !== '');
  if (parts.length === 0)
    return report.reordered ? 'the same tensors in a different order' : 'no difference found before it was stopped';
  if (bytes !== 0) parts.push(signed(bytes, formatBytes));
  const said = parts.join(parts.some((part) => part.includes(',')) ? '; ' : ', ');
  return dataNotCompared(report) ? `${said}; tensor data was not compared` : said;
}

/** Whether there are tensors for which it is not known if their numbers are the same. */
function dataNotCompared({ data, values, sameBytes, summary }: DiffReport): boolean {
  return data === null && values === undefined && sameBytes !== 'file' && summary.tensors.alike > 0;
}

/** `2 keys added, 1 changed`: only the first number has the noun. */
function countWords(noun: string, counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([change, count], i) => `${i === 0 ? formatCount(count, noun) : formatInteger(count)} ${change}`)
    .join(', ');
}

/** Tensors of the same type whose numbers differ. */
function otherNumbers({ values }: DiffReport): number {
  return values?.tensors.filter(({ before, after, differing }) => before === after && differing > 0).length ?? 0;
}

function equalWords({ sameBytes, data, before, values }: DiffReport): string {
  if (sameBytes === 'file') return 'equal: the same file, byte for byte';
  if (before.tensors === 0) return 'equal in metadata; there are no tensors';
  if (data === null && values !== undefined) {
    const left = values.notCompared.filter(({ why }) => why !== 'empty').length;
    if (left === 0) return 'equal in metadata, types, shapes and numbers';
    return `equal as far as compared: the numbers of ${formatCount(left, 'tensor')} could not be compared`;
  }
  if (data === null) return 'equal in metadata, types and shapes; tensor data was not compared (--data does)';
  const gaps = gapWords(data);
  return gaps === '' ? 'equal in metadata, tensors and their data' : `equal as far as compared: ${gaps}`;
}

const CONTAINER_WORDS: Record<DiffReport['container'][number]['what'], string> = {
  version: 'GGUF version',
  endianness: 'byte order',
  alignment: 'alignment',
};

/** What could not be compared; empty if everything was. */
function gapWords({ absent, unclear }: NonNullable<DiffReport['data']>): string {
  return [
    ...(absent === 0 ? [] : [`the data of ${formatCount(absent, 'tensor')} is in neither file`]),
    ...(unclear === 0
      ? []
      : [`the data of ${formatCount(unclear, 'tensor')} has no known size, or shares its place with others`]),
  ].join(', ');
}

/** What was compared of the data of tensors that both files describe in the same way. Null if there are no such tensors. */
export function dataWords({ data, summary, sameBytes, values }: DiffReport): string | null {
  if (summary.tensors.alike + summary.tensors.content === 0) return null;
  if (data === null) {
    if (sameBytes === 'file' || values !== undefined) return null;
    return `the data of ${formatCount(summary.tensors.alike, 'tensor')} with equal type and shape was not compared (--data does)`;
  }
  const compared = `the data of ${formatCount(data.compared, 'tensor')} was compared by sha256 (${formatBytes(data.bytes)} of each file)`;
  const gaps = gapWords(data);
  return gaps === '' ? compared : `${compared}; ${gaps}`;
}

/** `+1.2 MiB`, `−3`; `=` for no change. */
function signed(change: number, format: (amount: number) => string): string {
  if (change === 0) return '=';
  return `${change < 0 ? '−' : '+'}${format(Math.abs(change))}`;
}

/** One line of the totals: what, before, after, change. */
export type TotalsRow = [what: string, before: string, after: string, change: string];

export function totalsRows({ before, after }: DiffReport): TotalsRow[] {
  const row = (what: string, of: (side: DiffSide) => number | null, format: (amount: number) => string): TotalsRow => {
    const [a, b] = [of(before), of(after)];
    const words = (amount: number | null) => (amount === null ? '?' : format(amount));
    return [what, words(a), words(b), a === null || b === null ? '' : signed(b - a, format)];
  };
  return [
    ...(before.file.size === null && after.file.size === null
      ? []
      : [row('File', ({ file }) => file.size, formatBytes)]),
    row('Tensor data', ({ bytes }) => bytes, formatBytes),
    row('Header', ({ file }) => file.headerBytes, formatBytes),
    row('Tensors', ({ tensors }) => tensors, formatInteger),
    row('Parameters', ({ parameters }) => parameters, formatParameters),
    row('Bits per weight', ({ bitsPerWeight }) => bitsPerWeight, formatBits),
  ];
}

/** What a file is, in a few words: `llama · Q4_K_M · 912 KiB`. */
export function sideWords({ architecture, label, file, bytes }: DiffSide): string {
  const size = file.size ?? file.dataStart + bytes;
  const name = architecture === null ? 'no architecture' : sanitize(architecture);
  return [name, ...(label === null ? [] : [sanitize(label)]), formatBytes(size)].join(' · ');
}

/** What a row of tensors was and is now: `Q6_K → Q4_K`, `F16 256 × 697 → 256 × 700`. */
export function storageWords({ change, before, after, digests = [] }: TensorDifferenceReport): string {
  const shape = (side: { ggml: number[] }) => side.ggml.map(formatInteger).join(' × ') || 'one number';
  if (before === undefined || after === undefined) {
    const side = (before ?? after)!;
    return `${side.type} ${shape(side)}`;
  }
  if (change === 'content') {
    const missing = (['before', 'after'] as const).find((side) => digests.every((digest) => digest[side] === null));
    return `${before.type}, ${missing === undefined ? 'other data' : `no data ${missing}`}`;
  }
  if (change === 'retyped') return `${before.type} → ${after.type}`;
  const type = before.type === after.type ? '' : `${after.type} `;
  return `${before.type} ${shape(before)} → ${type}${shape(after)}`;
}

/** How many bytes a row has gained or lost; empty if that is not known. */
export function bytesWords({ change, before, after }: TensorDifferenceReport): string {
  if (change === 'content') return '';
  const [a, b] = [before === undefined ? 0 : before.bytes, after === undefined ? 0 : after.bytes];
  return a === null || b === null ? '?' : signed(b - a, formatBytes);
}

/** Most characters of a value: a value may have a megabyte of them. */
const MOST_CHARACTERS = 2000;

/** A value in JSON notation, so that a text and a number look different; `15 (Q4_K_M)` if the value has a name. */
function valueWords({ value, count, label }: DiffValue): string {
  if (Array.isArray(value)) {
    const items = value.slice(0, 4).map(plainWords);
    const more = (count ?? items.length) > items.length ? ', …' : '';
    return `${formatInteger(count ?? items.length)} × [${items.join(', ')}${more}]`;
  }
  return label === undefined ? plainWords(value) : `${plainWords(value)} (${sanitize(label)})`;
}

/** A value without a name. Special numbers, which are texts in JSON, are written without quotes. */
function plainWords(value: unknown): string {
  if (typeof value === 'string') {
    const shown = value.length > MOST_CHARACTERS ? `${value.slice(0, MOST_CHARACTERS)}…` : value;
    return sanitize(JSON.stringify(shown));
  }
  return Array.isArray(value)
    ? `[${value.slice(0, 4).map(plainWords).join(', ')}${value.length > 4 ? ', …' : ''}]`
    : String(value);
}

/** What happened to a key, in one line. */
export function metadataWords(difference: MetadataDifferenceReport): string {
  const { renders } = difference;
  return `${changeWords(difference)}${renders === undefined ? '' : `; ${rendersWords(renders)}`}`;
}

/** `renders differently: tools; the same: user, system, assistant`. */
function rendersWords({ same, different, unknown }: NonNullable<MetadataDifferenceReport['renders']>): string {
  if (different.length === 0 && unknown.length === 0) return 'renders every conversation alike';
  const parts = [
    ...(different.length > 0
      ? [`renders differently: ${different.map(({ conversation }) => conversation).join(', ')}`]
      : []),
    ...(same.length > 0 ? [`${different.length > 0 ? '' : 'renders '}alike: ${same.join(', ')}`] : []),
    ...(unknown.length > 0 ? [`not rendered: ${unknown.join(', ')}`] : []),
  ];
  return parts.join('; ');
}

function changeWords(difference: MetadataDifferenceReport): string {
  const { change, before, after, items, lines, sameValue } = difference;
  if (before === undefined || after === undefined) return oneSideWords((before ?? after)!);
  const types = change === 'retyped' ? `${before.type} → ${after.type}` : '';
  if (change === 'retyped' && sameValue) return `${types}, the same value`;
  if (items !== undefined) {
    const counts = [before, after].map(({ count }) => formatInteger(count ?? 0));
    const size = counts[0] === counts[1] ? `${counts[0]} items` : `${counts[0]} → ${counts[1]} items`;
    return `${types === '' ? '' : `${types}, `}${size}, ${formatInteger(items.differing)} ${items.differing === 1 ? 'differs' : 'differ'}`;
  }
  if (lines !== undefined) return linesWords(difference, lines);
  const [a, b] = [before, after].map((side) => `${change === 'retyped' ? `${side.type} ` : ''}${valueWords(side)}`);
  return `${a} → ${b}`;
}

function linesWords(
  { before, after }: MetadataDifferenceReport,
  lines: NonNullable<MetadataDifferenceReport['lines']>,
): string {
  if (lines.before === null || lines.after === null) {
    const sizes = [before, after].map((side) => formatBytes(side?.count ?? Buffer.byteLength(String(side?.value))));
    return `${sizes.join(' → ')} of text, too long to show`;
  }
  const counts = `${formatInteger(lines.before)} → ${formatCount(lines.after, 'line')}`;
  return lines.hunks === null ? `${counts}, too many differences to show` : counts;
}

function oneSideWords(side: DiffValue): string {
  const text = typeof side.value === 'string' && (side.value.includes('\n') || !side.complete);
  return `${side.type} ${text ? `of ${formatBytes(side.count ?? Buffer.byteLength(side.value as string))}` : valueWords(side)}`;
}

/** One item of an array: `[3] "a" → "b"`. */
export function itemWords({ index, ...item }: NonNullable<MetadataDifferenceReport['items']>['first'][number]): string {
  const side = (name: 'before' | 'after') => (name in item ? plainWords(item[name]) : '(none)');
  return `[${formatInteger(index)}] ${side('before')} → ${side('after')}`;
}

/** Characters shown before the place where two texts begin to differ. */
const LEAD = 16;

/** Excerpts of two one-line texts, from shortly before the first character that differs. */
export function excerpts(before: string, after: string): [before: string, after: string] {
  let same = 0;
  while (same < Math.min(before.length, after.length) && before[same] === after[same]) same++;
  let start = Math.max(0, same - LEAD);
  if (/[\udc00-\udfff]/.test(before.charAt(start))) start++;
  const from = (text: string) => `${start > 0 ? '…' : ''}${text.slice(start, start + MOST_CHARACTERS)}`;
  return [sanitize(from(before)), sanitize(from(after))];
}
