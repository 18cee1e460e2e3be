/** The page of `token`: token → row → vector, how a text was split into tokens, and for each row its place and its nearest rows. */

import type { TokenEntry, TokenReport, TokenRow } from '../../report/token-schema.js';
import { formatBytes, formatCount, formatInteger } from '../../words/format-quantity.js';
import { withMinus } from '../../words/minus.js';
import { UNREADABLE } from '../../words/unreadable.js';
import { withMargin } from '../lines.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { bar } from './bar.js';
import { alignColumns, breakText, type Cell, type Column, cut, wrap } from './columns.js';
import { type Fact, factLines } from './facts.js';
import { nextSection, type Suggestion } from './next-section.js';
import { inQuotes, spaceNote, tokenLabel } from './prompt-words.js';
import { shellWord } from './shell-word.js';
import { storedWords, valueWords } from './value-words.js';

/** Most tokens that are listed, and most numbers of a row. */
const MOST_TOKENS = 200;
const MOST_NUMBERS = 8;
/** Up to this number of rows, each gets its own table of neighbors. */
const MOST_TABLES = 2;
/** Characters of a text that a command repeats. */
const MOST_ASKED = 62;

export function renderToken(report: TokenReport, options: RenderOptions): string[] {
  const { theme, width } = options;
  const lines = [
    ...title(report, width).map(theme.title),
    '',
    ...tokenLines(report, options),
    ...report.rows.flatMap((row) => ['', ...rowLines(report, row, options)]),
    ...remarks(report).flatMap((text) => ['', ...wrap(text, width - 2)]),
    ...next(report, options),
  ];
  return lines.map(withMargin);
}

function title({ tokens, table, rows, asked }: TokenReport, width: number): string[] {
  const [only] = tokens;
  if (only === undefined || tokens.length > 1) {
    const text = cut(sanitize(asked), Math.max(8, width - 30));
    return breakText(`"${text}" → ${formatCount(tokens.length, 'token')}`, width - 2);
  }
  const name = only.piece === null ? '' : ` (\`${cut(labelOf(only), 40)}\`)`;
  const row = rows[0];
  const way =
    row === undefined || table === null
      ? ''
      : ` → row ${formatInteger(row.id)} → a vector of ${formatInteger(table.length)} numbers`;
  return breakText(`token ${only.id}${name}${way}`, width - 2);
}

const KINDS: Readonly<Record<string, string>> = {
  unknown: 'the unknown token',
  control: 'a control token, which never comes from a text',
  'user-defined': 'matched in a text before all other tokens',
  unused: 'unused',
  byte: 'one byte, for text that no other token covers',
};

function tokenLines(report: TokenReport, options: RenderOptions): string[] {
  const { tokens, tokenizer, readAs } = report;
  const { width, theme } = options;
  const words = tokens.slice(0, MOST_TOKENS).map((token) => `${labelOf(token)} (${token.id})`);
  const more = tokens.length > MOST_TOKENS ? `  … and ${formatInteger(tokens.length - MOST_TOKENS)} more` : '';
  const kind = tokens.length === 1 ? KINDS[tokens[0]?.kind ?? ''] : undefined;
  const [only] = tokens;
  const cutting = pieces(tokenizer);
  const facts: Fact[] = [
    ...(readAs === 'text' ? [['text', `${words.join('  ')}${more}` || 'no tokens'] as Fact] : []),
    ...(readAs === 'id' && only?.stored !== undefined && only.stored !== null
      ? [['piece', `${sanitize(cut(only.stored, 80))}, as stored in the file`] as Fact]
      : []),
    ...(kind === undefined ? [] : [['kind', kind] as Fact]),
    ['vocabulary', readAs === 'text' ? `${cutting}; no special tokens are added` : cutting],
  ];
  const heading = theme.heading(tokens.length === 1 ? 'TOKEN' : 'TOKENS');
  return [heading, ...factLines(facts, { width, theme }), ...spaceNote(tokens.slice(0, MOST_TOKENS), options)];
}

function pieces(tokenizer: TokenReport['tokenizer']): string {
  if (tokenizer === null) return 'none in the file';
  const { model, pre, tokens } = tokenizer;
  const words = Object.hasOwn(WAYS, model) ? WAYS[model] : sanitize(cut(model, 40));
  const cutting = model === 'gpt2' && pre !== '' ? `, words cut as ${sanitize(cut(pre, 40))}` : '';
  return `${formatCount(tokens, 'piece')}, ${words}${cutting}`;
}

/** Values of `tokenizer.ggml.model` in words. */
const WAYS: Readonly<Record<string, string>> = {
  llama: 'SentencePiece (llama)',
  gpt2: 'byte pairs (gpt2)',
  bert: 'WordPiece (bert)',
  t5: 'unigrams (t5)',
  rwkv: 'the longest piece (rwkv)',
};

function rowLines({ table, tokens, rows }: TokenReport, row: TokenRow, options: RenderOptions): string[] {
  const { theme, width } = options;
  const token = tokens.find(({ id }) => id === row.id);
  const label = token === undefined || token.piece === null ? '' : `  ${cut(labelOf(token), width - 24)}`;
  const where = row.shard === undefined ? 'the file' : `shard ${formatInteger(row.shard)}`;
  const shown = row.values.slice(0, MOST_NUMBERS).map(storedWords);
  const more = row.values.length > shown.length ? '  …' : '';
  const place = `byte ${formatInteger(row.offset)} of ${where}: ${formatCount(row.bytes, 'byte')} of ${sanitize(cut(table?.name ?? '', 60))}, ${sanitize(table?.type ?? '')}`;
  const facts: Fact[] = [
    ['place', place],
    ['numbers', `${shown.join('  ')}${more}`],
    ['length', row.length === null ? 'none, as not all numbers are finite' : valueWords(row.length)],
  ];
  const compact = rows.length > MOST_TABLES;
  if (compact && row.nearest !== null && row.nearest.length > 0) facts.push(['nearest', neighborWords(row.nearest)]);
  return [
    `${theme.heading(`ROW ${row.id}`)}${label}`,
    ...factLines(facts, options),
    ...(compact ? [] : neighborLines(row, options)),
  ];
}

/** A byte that is not a visible character is shown by its name. */
function labelOf({ id, piece, stored, kind }: TokenEntry): string {
  return tokenLabel({ id, piece: kind === 'byte' && !/^[\x21-\x7e]$/.test(piece ?? '') ? stored : piece });
}

function neighborWords(nearest: NonNullable<TokenRow['nearest']>): string {
  return nearest.map((one) => `${cut(labelOf(one), 40)} ${withMinus(one.similarity.toFixed(3))}`).join(' · ');
}

const COLUMNS: readonly Column[] = [
  { align: 'left' },
  { align: 'left', shrinkTo: 8 },
  { align: 'right' },
  { align: 'right' },
  { align: 'left' },
];

function neighborLines({ nearest }: TokenRow, { theme, width }: RenderOptions): string[] {
  if (nearest === null || nearest.length === 0) return [];
  const rows = nearest.map((one, i): Cell[] => [
    { text: i === 0 ? 'nearest' : '', style: theme.muted },
    { text: cut(labelOf(one), 40) },
    { text: String(one.id), style: theme.muted },
    { text: withMinus(one.similarity.toFixed(3)) },
    { text: bar(Math.max(0, one.similarity), 20), style: theme.computed },
  ]);
  return alignColumns(rows, COLUMNS, width - 2);
}

/** Why no row was read; empty if the user did not want one. */
function unreadWords(rowsUnread: NonNullable<TokenReport['rowsUnread']>, table: string): string[] {
  if (rowsUnread === 'not-wanted') return [];
  if (rowsUnread === 'stream')
    return ['Rows were not read, because that means reading the rest of the stream; --data reads them.'];
  const why =
    rowsUnread === 'too-long' ? 'they are longer than the vectors of any model' : UNREADABLE[rowsUnread].clause;
  return [`The rows of ${sanitize(cut(table, 60))} were not read: ${why}.`];
}

function remarks(report: TokenReport): string[] {
  const { asked, readAs, tokenizer } = report;
  const numeric = readAs === 'text' && tokenizer !== null && /^\d+$/.test(asked);
  const read = numeric ? [`Read as a text; ids go from 0 to ${formatInteger(tokenizer.tokens - 1)}.`] : [];
  return [...read, ...rowRemarks(report)];
}

function rowRemarks({ table, tokens, rows, rowsLeft, rowsUnread, nearestUnread }: TokenReport): string[] {
  if (tokens.length === 0) return [];
  if (table === null) return ['The file has no embedding table, so there are no rows to look up.'];
  if (rowsUnread !== undefined) return unreadWords(rowsUnread, table.name);
  const bytes = table.bytesPerRow === null ? null : table.bytesPerRow * table.rows;
  return [
    ...(rowsLeft > 0 && rows.length > 0 ? [`${formatCount(rowsLeft, 'more token')} whose rows are not shown.`] : []),
    ...(rows.length === 0
      ? [
          `The table has ${formatInteger(table.rows)} rows, and no row for ${tokens.length === 1 ? 'this token' : 'these tokens'}.`,
        ]
      : []),
    ...(rows.some(({ nearest }) => nearest !== null && nearest.length > 0)
      ? ['nearest: the tokens whose rows point most nearly the same way (cosine similarity, 1 is the same direction).']
      : []),
    ...(nearestUnread === 'far-away' && bytes !== null
      ? [
          `The nearest rows were not searched, because that would download the table of ${formatBytes(bytes)}; --data does.`,
        ]
      : []),
  ];
}

function next({ file, rows, table, traced, asked, readAs }: TokenReport, options: RenderOptions): string[] {
  const { shell } = options;
  const [row] = rows;
  if (row === undefined || table === null) return [];
  const model = shellWord(file.name, shell);
  const suggestions: Suggestion[] = [
    [
      `gguf-explain tensor ${model} ${shellWord(table.name, shell)} --slice ${row.id}`,
      'the whole row, all its numbers',
    ],
  ];
  // The text is written as one where a person has a use for it; a single token also goes by its id.
  const text = readAs === 'text' && !asked.startsWith('-') ? inQuotes(asked, shell) : null;
  const words = text === null || text.length > MOST_ASKED ? `--tokens ${row.id}` : text;
  if (traced) suggestions.push([`gguf-explain flow ${model} ${words}`, 'follows it through all layers']);
  return ['', ...nextSection(suggestions, options)];
}
