/** HOW: the formulas of the memory page, each with its result. The results add up to the totals of the page. */

import type { MemoryContextEntry, MemoryReport } from '../../report/memory-schema.js';
import { formatBytes, formatInteger } from '../../words/format-quantity.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { wrap } from './columns.js';

export const KINDS: Readonly<Record<string, string>> = {
  'full-attention': 'Full attention',
  'sliding-window': 'Sliding window',
  latent: 'Latent attention',
  'sliding-latent': 'Sliding latents',
  compressed: 'Compressed keys',
  indexer: 'Indexer keys',
  'recurrent-state': 'Recurrent state',
  'compressor-state': 'Compressor state',
  shared: 'Shared caches',
  'next-token': 'Next-token layers',
  none: 'No cache',
};

/** The calculation of the numbers for the longest context. */
export function formulaSection(report: MemoryReport, { theme, width }: RenderOptions): string[] {
  const { contexts } = report;
  const longest = contexts.at(-1);
  if (longest === undefined) return [];
  const parts = longest.parts.filter(({ bytes, kind }) => bytes > 0 || KINDS[kind] !== undefined);
  const lines = parts.flatMap(({ kind, layers, layerCount, bytes, formula, keys }) => {
    const where = layers.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ');
    const named = `${KINDS[kind] ?? kind}, ${layerCount === 1 ? 'layer' : 'layers'} ${where}`;
    const how = formula === '' ? 'nothing is kept' : `${formula} = ${formatBytes(bytes)}`;
    return [
      ...wrap(`${named}: ${how}`, width - 4).map((text, i) => (i === 0 ? text : `  ${text}`)),
      ...(keys.length === 0 ? [] : wrap(sanitize(keys.join(', ')), width - 6).map((text) => theme.muted(`  ${text}`))),
    ];
  });
  const temporary = longest.temporary.flatMap(({ what, bytes, formula }) =>
    wrap(`${NAMES[what]}: ${formula} = ${formatBytes(bytes)}`, width - 4).map((text, i) =>
      i === 0 ? text : `  ${text}`,
    ),
  );
  const { computeBytes, computeFormula, computeStep } = longest;
  const buffers =
    computeFormula === undefined || computeBytes === null
      ? []
      : wrap(
          `Compute buffers: ${computeFormula} = ${formatBytes(computeBytes)}; most is needed for ${computeStep === 'output' ? 'the output' : computeStep}`,
          width - 4,
        ).map((text, i) => (i === 0 ? text : `  ${text}`));
  const held = partLines(longest.computeParts, width);
  const kept = (longest.beside ?? []).flatMap(({ what, cacheBytes, computeBytes: buffer, formula }) => {
    const own = cacheBytes === 0 ? buffer : cacheBytes;
    const more = cacheBytes === 0 || buffer === 0 ? '' : `, and buffers ≈ ${formatBytes(buffer)}`;
    return hanging(`${BESIDE[what]}: ${formula} = ${formatBytes(own)}${more}`, width);
  });
  return [
    `${theme.heading('HOW')}  ${theme.muted(`at ${formatInteger(longest.contextLength)} tokens`)}`,
    ...lines,
    ...buffers,
    ...held.map(theme.muted),
    ...kept,
    ...hanging(sumWords(report, longest), width),
    ...temporary,
    ...(temporary.length === 0
      ? []
      : wrap(
          'Scores, activations and logits exist only for a moment, in the compute buffers; flash attention never stores all scores.',
          width - 2,
        ).map(theme.muted)),
  ];
}

const NAMES = { 'attention-scores': 'Attention scores', activations: 'Activations', logits: 'Logits' } as const;

/** What may be kept in memory together with a model. */
export const BESIDE: Readonly<Record<NonNullable<MemoryContextEntry['beside']>[number]['what'], string>> = {
  draft: 'Draft: cache, buffers',
  'next-token': 'Multi-token prediction',
  projector: 'Projector, one image',
  'prompt-cache': 'Cached prompts',
};

/** Most parts that are listed separately; the rest is one line. */
const MOST_PARTS = 4;

/** The contents of the compute buffers when they are fullest. */
function partLines(parts: MemoryContextEntry['computeParts'], width: number): string[] {
  if (parts === undefined) return [];
  const large = parts.filter(({ what }) => what !== 'gaps').slice(0, MOST_PARTS);
  const rest = parts.filter((part) => !large.includes(part)).reduce((sum, { bytes }) => sum + bytes, 0);
  const words = large.map(({ what, bytes, formula }) => `${sanitize(what)} ${formula} = ${formatBytes(bytes)}`);
  if (rest > 0) words.push(`smaller buffers and gaps = ${formatBytes(rest)}`);
  return wrap(`at peak: ${words.join(', ')}`, width - 6).map((line) => `  ${line}`);
}

/** The sum of all figures. */
function sumWords({ weights, companions = [] }: MemoryReport, context: MemoryContextEntry): string {
  const { cacheBytes, computeBytes, totalBytes, beside = [] } = context;
  const terms: [string, number][] = [
    ['weights', weights.bytes],
    ['files loaded with it', companions.reduce((sum, { bytes }) => sum + bytes, 0)],
    ['cache', cacheBytes],
    ['compute buffers', computeBytes ?? 0],
    ['other memory', beside.reduce((sum, each) => sum + each.cacheBytes + each.computeBytes, 0)],
  ];
  const words = terms.filter(([, bytes]) => bytes > 0).map(([what, bytes]) => `${what} ${formatBytes(bytes)}`);
  return `Total: ${words.join(' + ')} = ${formatBytes(totalBytes)}`;
}

/** Lines with a hanging indent: all except the first are indented. */
function hanging(text: string, width: number): string[] {
  return wrap(text, width - 4).map((line, i) => (i === 0 ? line : `  ${line}`));
}

type Idle = NonNullable<MemoryReport['withoutEffect']>[number];

const OPTIONS: Readonly<Record<Idle['setting'], string>> = {
  mtp: '--mtp',
  imageSize: '--image-size',
  swaFull: '--swa-full',
  unified: '--unified',
  kvTypeK: '--kv-type',
  kvTypeV: '--kv-type-v',
};

const REASONS: Readonly<Record<Idle['reason'], string>> = {
  'no-next-token-layers': 'no layers that predict further tokens',
  'no-projector': 'no projector; add the file of one to the command',
  'no-shorter-window': 'no layer with a sliding window that is shorter than the context',
  'one-sequence': 'one sequence only, and one cache for it (--parallel)',
  'no-cache': 'no cache of keys and values',
  'no-values': 'no separate values in its cache',
};

/** Options that change nothing here, one sentence each. */
export function idleWords({ withoutEffect = [] }: Pick<MemoryReport, 'withoutEffect'>): string[] {
  return withoutEffect.map(
    ({ setting, reason }) => `${OPTIONS[setting]} changes nothing: the model has ${REASONS[reason]}.`,
  );
}
