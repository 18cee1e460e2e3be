/** HOW: the formulas of the memory page, each with what it comes to; what they come to adds up to the sums of the page. */

import type { MemoryReport } from '../../report/memory-schema.js';
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

/** How the numbers of the longest context came about. */
export function formulaSection({ contexts }: MemoryReport, { theme, width }: RenderOptions): string[] {
  const longest = contexts.at(-1);
  if (longest === undefined) return [];
  const parts = longest.parts.filter(({ bytes, kind }) => bytes > 0 || KINDS[kind] !== undefined);
  const lines = parts.flatMap(({ kind, layers, layerCount, bytes, formula, keys }) => {
    const where = layers.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ');
    const named = `${KINDS[kind] ?? kind}, ${layerCount === 1 ? 'layer' : 'layers'} ${where}`;
    const how = formula === '' ? 'nothing of its own' : `${formula} = ${formatBytes(bytes)}`;
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
  return [
    `${theme.heading('HOW')}  ${theme.muted(`at ${formatInteger(longest.contextLength)} tokens`)}`,
    ...lines,
    ...buffers,
    ...temporary,
    ...(temporary.length === 0
      ? []
      : wrap(
          'Scores, activations and logits live for a moment, in the compute buffers; flash attention never writes the scores out.',
          width - 2,
        ).map(theme.muted)),
  ];
}

const NAMES = { 'attention-scores': 'Attention scores', activations: 'Activations', logits: 'Logits' } as const;
