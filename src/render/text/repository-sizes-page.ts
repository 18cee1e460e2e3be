/** The page of `sizes` for a repository: its files with what fits, and the one to download. */

import type { RepositoryFile, RepositorySizesReport } from '../../report/repository-sizes-schema.js';
import { formatBits, formatBytes, formatCount, formatInteger } from '../../words/format-quantity.js';
import { withMargin } from '../lines.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { alignColumns, breakText, type Cell, type Column, wrap } from './columns.js';
import { bestWords, fitCell, roomWords } from './fit-words.js';
import { nextSection, type Suggestion } from './next-section.js';
import { shellWord } from './shell-word.js';

/** From this width, a cell also has room for bytes. */
const WIDE = 100;

export function renderRepositorySizes(report: RepositorySizesReport, options: RenderOptions): string[] {
  const { repository, revision, fits, files, notRead } = report;
  const { theme, width } = options;
  const head: Cell[] = [
    ...['', 'file', 'bits'],
    ...fits.contextLengths.map((length, i) => `${formatInteger(length)}${i === 0 ? ' tokens' : ''}`),
  ].map((text) => ({ text, style: theme.muted }));
  const rows = files.map((file) => rowOf(file, report, options));
  const columns: Column[] = head.map((_, i) =>
    i === 0 ? { align: 'left', shrinkTo: 14 } : { align: i < 3 ? 'right' : 'left', ...(i > 2 && { shrinkTo: 12 }) },
  );
  const best = files.find(({ path }) => path === fits.best?.name);
  const notes = [
    'By the header of each file: weights, cache and compute buffers, and where llama.cpp would put them.',
    ...(notRead > 0 ? [`${formatCount(notRead, 'smaller file')} were not read.`] : []),
    ...files.flatMap(({ path, error }) =>
      error === undefined ? [] : [`${sanitize(path)}: ${sanitize(error.message)}`],
    ),
  ];
  return [
    ...breakText(sanitize(repository), width - 2).map(theme.heading),
    ...breakText(`revision ${sanitize(revision)} · ${roomWords(fits)}`, width - 2),
    '',
    ...alignColumns([head, ...rows], columns, width - 2),
    '',
    ...wrap(
      bestWords(fits, () => (best?.label ? sanitize(best.label) : sanitize(best?.path ?? ''))),
      width - 2,
    ).map(theme.number),
    ...notes.flatMap((note) => wrap(note, width - 2)).map(theme.muted),
    ...(best === undefined ? [] : ['', ...nextSection(suggestionsFor(best, report), options)]),
  ].map(withMargin);
}

function rowOf(file: RepositoryFile, { fits }: RepositorySizesReport, { theme, width }: RenderOptions): Cell[] {
  const { path, label, bytes, bitsPerWeight, contexts, error } = file;
  const isBest = path === fits.best?.name;
  const name = sanitize(label ?? path);
  const cells = fits.contextLengths.map((length) =>
    fitCell(
      contexts.find(({ contextLength }) => contextLength === length),
      theme,
      width >= WIDE,
    ),
  );
  return [
    { text: isBest ? `▸ ${name}` : `  ${name}`, style: isBest ? theme.number : undefined },
    { text: formatBytes(bytes) },
    { text: bitsPerWeight === null ? '' : formatBits(bitsPerWeight), style: theme.muted },
    ...(error === undefined ? cells : [{ text: 'not read', style: theme.muted }]),
  ];
}

/** How to get the file, and how to see what it takes. */
function suggestionsFor(
  { path, target }: RepositoryFile,
  { repository, revision, fits }: RepositorySizesReport,
): Suggestion[] {
  const at = revision === 'main' ? '' : ` --revision ${shellWord(revision)}`;
  const gpu = (fits.devices ?? []).map(({ name, freeBytes, totalBytes }) =>
    totalBytes === null ? formatBytes(freeBytes).replace(' ', '') : name,
  );
  const cards = gpu.length === 0 ? '' : ` --gpu ${shellWord(gpu.join(','))}`;
  return [
    [sanitize(`hf download ${shellWord(repository)} ${shellWord(path)}${at}`), 'downloads this file'],
    [
      sanitize(`gguf-explain memory ${shellWord(target)}${cards} --context ${fits.best?.contextLength}`),
      'the memory that it needs, with the formulas',
    ],
  ];
}
