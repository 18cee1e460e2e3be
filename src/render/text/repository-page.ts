/** The page about a repository with several models: which ones there are, how large they are, and what to type for one of them. */

import type { RepositoryModel, RepositoryReport } from '../../report/repository-schema.js';
import { formatBytes, formatCount } from '../../words/format-quantity.js';
import { withMargin } from '../lines.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { alignColumns, breakText, type Cell, type Column } from './columns.js';
import { nextSection } from './next-section.js';
import { shellWord } from './shell-word.js';

const COLUMNS: readonly Column[] = [
  { align: 'left' },
  { align: 'right' },
  { align: 'left', shrinkTo: 12 },
  { align: 'left' },
];

/** What a file is if it is not a model. */
const KINDS: Readonly<Record<RepositoryModel['kind'], string>> = {
  model: '',
  projector: 'projector for images or sound',
  draft: 'draft for speculative decoding',
  imatrix: 'importance matrix',
};

export function renderRepository(report: RepositoryReport, options: RenderOptions): string[] {
  const { theme, width, shell } = options;
  const { repository, revision, source, models } = report;
  const own = models.filter(({ kind }) => kind === 'model');
  const others = models.length - own.length;
  const rest = others === 0 ? '' : ` · ${formatCount(others, 'other file')}`;
  const where = source === 'cache' ? ' · only what the cache of this machine knows' : '';
  const facts = `revision ${sanitize(revision)} · ${formatCount(own.length, 'model')}${rest}${where}`;
  const first = own[0] ?? models[0];
  const lines = [
    ...breakText(sanitize(repository), width - 2).map(theme.heading),
    ...breakText(facts, width - 2),
    '',
    ...alignColumns(
      models.map((model) => rowOf(model, theme.muted)),
      COLUMNS,
      width - 2,
    ),
    ...(first === undefined
      ? []
      : [
          '',
          ...nextSection([[`gguf-explain ${shellWord(first.target, shell)}`, 'the page of the first one']], options),
        ]),
  ];
  return lines.map(withMargin);
}

function rowOf({ label, bytes, shards, kind, cached, path }: RepositoryModel, muted: (text: string) => string): Cell[] {
  const missing = shards !== null && shards.present !== shards.of ? ` of ${shards.of}` : '';
  const parts = shards === null ? '' : `${shards.present}${missing} ${shards.of === 1 ? 'shard' : 'shards'}`;
  const notes = [parts, KINDS[kind], cached ? 'on this machine' : ''].filter((note) => note !== '');
  return [
    { text: label === null ? '–' : sanitize(label) },
    { text: formatBytes(bytes) },
    { text: sanitize(path) },
    { text: notes.join(', '), style: muted },
  ];
}
