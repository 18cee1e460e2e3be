/**
 * The memory of a model with a context of a given length: cache, buffers, companions, the sum, the bytes read for a token, and the
 * placement.
 */

import { computeBuffers } from '../memory/compute-buffers.js';
import type { ContextMemory } from '../memory/context-memory.js';
import { weightBytesPerToken } from '../memory/token-reads.js';
import { distinct } from '../model/hyperparameters.js';
import type { Model } from '../model/model.js';
import { scoreCount } from '../model/output-kind.js';
import { formatCount, formatInteger } from '../words/format-quantity.js';
import { besideEntries, bytesOfAdapters } from './kept-beside.js';
import { placedContext } from './memory-placement.js';
import type { MemoryQuestion } from './memory-question.js';
import type { MemoryContextEntry } from './memory-schema.js';

const FLOAT_BYTES = 4;

/** `loaded`: the model as it is loaded; `weightBytes`: its weights and those of everything loaded with it. */
export function contextEntry(
  { model, loaded, weightBytes }: { model: Model; loaded: Model; weightBytes: number },
  context: ContextMemory,
  question: MemoryQuestion,
): MemoryContextEntry {
  const { settings, bandwidth, placement } = question;
  const { contextLength } = context;
  const compute = computeBuffers(model, { ...settings, contextLength });
  const computeBytes = compute?.bytes ?? null;
  const beside = besideEntries(model, question, contextLength);
  const besideBytes = beside.reduce((sum, { cacheBytes, computeBytes: buffers }) => sum + cacheBytes + buffers, 0);
  const readBytesPerToken = weightBytesPerToken(loaded) + bytesOfAdapters(question) + context.bytes;
  const placed = placement && placedContext(model, { ...question, placement }, contextLength);
  const { devices, fits, fit, tokensPerSecondAtMost, promptTokensPerSecondAtMost } = placed ?? {};
  return {
    contextLength,
    cacheBytes: context.bytes,
    parts: context.parts.map(({ kind, layers, layerCount, cells, bytes, formula, keys }) => ({
      kind,
      layers: layers.map(([from, to]): [number, number] => [from, to]),
      layerCount,
      cells,
      bytes,
      formula,
      keys: [...keys],
    })),
    temporary: temporaryVectors(model, context, settings),
    computeBytes,
    ...(compute && {
      computeConfidence: compute.confidence,
      computeFormula: compute.formula,
      computeStep: compute.step,
    }),
    ...(beside.length > 0 && { beside }),
    totalBytes: weightBytes + context.bytes + (computeBytes ?? 0) + besideBytes,
    ...(devices && { devices }),
    ...(fits !== undefined && { fits }),
    ...(fit && { partialLayers: fit.partialLayers }),
    readBytesPerToken,
    ...(placement === undefined && bandwidth !== undefined && readBytesPerToken > 0
      ? { tokensPerSecondAtMost: bandwidth / readBytesPerToken }
      : {}),
    ...(tokensPerSecondAtMost !== undefined && { tokensPerSecondAtMost }),
    ...(promptTokensPerSecondAtMost !== undefined && { promptTokensPerSecondAtMost }),
  };
}

/** Scores, activations and logits of one batch: they exist only briefly, and the next step reuses their memory. */
function temporaryVectors(
  model: Model,
  { parts, contextLength }: ContextMemory,
  { ubatch = 512, outputs = 0 }: MemoryQuestion['settings'],
): MemoryContextEntry['temporary'] {
  const batch = Math.min(contextLength, ubatch);
  const scored = outputs === 0 ? batch : Math.min(batch, outputs);
  const { architecture, headCount, embeddingLength } = model.hyperparameters;
  const heads = Math.max(0, ...distinct(headCount));
  const cells = Math.max(0, ...parts.map((part) => part.cells ?? 0));
  const scores = scoreCount(model);
  const of = (
    what: MemoryContextEntry['temporary'][number]['what'],
    numbers: number,
    formula: string,
    keys: string[],
  ) =>
    numbers > 0 && Number.isSafeInteger(numbers * FLOAT_BYTES)
      ? [{ what, bytes: numbers * FLOAT_BYTES, formula: `${formula} × ${FLOAT_BYTES} bytes`, keys }]
      : [];
  const key = (name: string) => `${architecture}.${name}`;
  const [tokens, cellCount] = [formatInteger(batch), formatInteger(cells)];
  return [
    ...of(
      'attention-scores',
      heads * batch * cells,
      `${formatCount(heads, 'head')} × ${tokens} tokens × ${cellCount} cells`,
      [key('attention.head_count')],
    ),
    ...of('activations', (embeddingLength ?? 0) * batch, `${formatInteger(embeddingLength ?? 0)} × ${tokens} tokens`, [
      key('embedding_length'),
    ]),
    ...of('logits', scores * scored, `${formatInteger(scores)} scores × ${formatCount(scored, 'token')}`, []),
  ];
}
