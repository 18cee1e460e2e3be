/** The report of `memory`: weights by use, the context's memory by length, what fits, and what a token reads. */

import type { ContextOptions } from '../memory/cells.js';
import { computeBuffers } from '../memory/compute-buffers.js';
import { type ContextMemory, contextMemory } from '../memory/context-memory.js';
import { placedWeights } from '../memory/loaded-weights.js';
import { weightBytesPerToken } from '../memory/token-reads.js';
import { activeParameters } from '../model/experts.js';
import { distinct } from '../model/hyperparameters.js';
import { kindOf } from '../model/kind.js';
import type { Model } from '../model/model.js';
import { scoreCount } from '../model/output-kind.js';
import { runtimeOf, runtimeWords } from '../model/runtime.js';
import { sumTotals } from '../model/totals.js';
import { formatCount, formatInteger } from '../words/format-quantity.js';
import { fileEntry } from './file-entry.js';
import type { MemoryContextEntry, MemoryReport } from './memory-schema.js';

/** A projector or an adapter that is loaded beside the model. */
export interface LoadedBeside {
  name: string;
  model: Model;
}

export interface MemoryQuestion {
  /** Tokens; empty: the usual lengths up to the trained one. */
  contextLengths: readonly number[];
  settings: Omit<ContextOptions, 'contextLength'>;
  /** Bytes that all together may take. */
  budget?: number | undefined;
  /** Bytes that can be read in a second. */
  bandwidth?: number | undefined;
  /** What is loaded too. Of these the weights alone are counted: no formula is known for what they compute. */
  companions?: readonly LoadedBeside[];
}

const FLOAT_BYTES = 4;
const STEP = 256;
const USUAL_LENGTHS = [4096, 8192, 32_768, 131_072];

export function memoryReport(name: string, model: Model, question: MemoryQuestion): MemoryReport {
  const { settings, budget, bandwidth } = question;
  const totals = sumTotals(model.tensors);
  const companions = (question.companions ?? []).map(companionEntry);
  const loaded = companions.reduce((sum, { bytes }) => sum + bytes, totals.bytes);
  const placed = placedWeights(model);
  const trained = model.hyperparameters.contextLength;
  const lengths = question.contextLengths.length > 0 ? question.contextLengths : usualLengths(trained);
  const entries = lengths.flatMap((contextLength) => {
    const context = contextMemory(model, { ...settings, contextLength });
    return context === null ? [] : [{ context, entry: contextEntry(model, loaded, context, question) }];
  });
  const first = entries[0]?.context;
  const { kvTypeK = 'f16', kvTypeV = kvTypeK } = settings;
  return {
    schemaVersion: 1,
    file: fileEntry(name, model.file),
    architecture: model.hyperparameters.architecture,
    trainedContextLength: trained,
    settings: {
      kvTypeK,
      kvTypeV,
      parallel: settings.parallel ?? 1,
      unified: settings.unified ?? false,
      swaFull: settings.swaFull ?? false,
      ubatch: settings.ubatch ?? 512,
      ...(settings.outputs && { outputs: settings.outputs }),
      flashAttention: settings.flashAttention ?? true,
    },
    weights: {
      bytes: totals.bytes,
      // The places are llama.cpp's.
      places:
        model.family === null
          ? (['input', 'layers', 'output'] as const).map((place) => ({ place, ...placed.places[place] }))
          : [],
      groups: [...totals.byGroup].map(([group, { bytes, tensors }]) => ({ group, bytes, tensors })),
      tiedBytes: model.family === null ? placed.tiedBytes : 0,
    },
    ...(companions.length > 0 && { companions }),
    confidence: first?.confidence ?? 'low',
    assumptions: first === undefined ? [nothingKnown(model)] : [...first.assumptions],
    refusals: [...(first?.refusals ?? [])],
    contexts: entries.map(({ entry }) => entry),
    experts: expertsEntry(model, totals.bytes),
    ...(budget === undefined ? {} : { budget: budgetEntry(model, loaded, question, budget) }),
    ...(bandwidth === undefined ? {} : { bandwidth: { bytesPerSecond: bandwidth } }),
  };
}

function companionEntry({ name, model }: LoadedBeside): NonNullable<MemoryReport['companions']>[number] {
  return { kind: kindOf(model), name, bytes: sumTotals(model.tensors).bytes };
}

/** Adapters are multiplied with every token; a projector works on images and sound, before the first one. */
function bytesOfAdapters(companions: readonly LoadedBeside[] = []): number {
  const adapters = companions.map(companionEntry).filter(({ kind }) => kind === 'adapter');
  return adapters.reduce((sum, { bytes }) => sum + bytes, 0);
}

function usualLengths(trained: number | null): number[] {
  if (trained === null) return [USUAL_LENGTHS[0] as number];
  return [...new Set([...USUAL_LENGTHS, trained])].filter((length) => length <= trained).sort((a, b) => a - b);
}

function nothingKnown(model: Model): string {
  const { architecture } = model.hyperparameters;
  const runtime = model.family === null ? null : runtimeOf(model);
  if (runtime !== null) {
    return `This is ${runtimeWords(runtime)}. It has no context of tokens and no KV cache; what its program computes takes memory by the size of what it makes.`;
  }
  if (architecture === null) return 'The file names no architecture, so nothing can be said of its cache.';
  return `The metadata of ${architecture} is not enough for any formula, or its numbers are beyond reason.`;
}

function contextEntry(
  model: Model,
  weightBytes: number,
  context: ContextMemory,
  { settings, bandwidth, companions }: MemoryQuestion,
): MemoryContextEntry {
  const { contextLength } = context;
  const compute = computeBuffers(model, { ...settings, contextLength });
  const computeBytes = compute?.bytes ?? null;
  const readBytesPerToken = weightBytesPerToken(model) + bytesOfAdapters(companions) + context.bytes;
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
    totalBytes: weightBytes + context.bytes + (computeBytes ?? 0),
    readBytesPerToken,
    ...(bandwidth === undefined || readBytesPerToken === 0
      ? {}
      : { tokensPerSecondAtMost: bandwidth / readBytesPerToken }),
  };
}

/** Scores, activations and logits of one batch: they exist for a moment, and their memory is used again by the next step. */
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

function expertsEntry(model: Model, totalBytes: number): MemoryReport['experts'] {
  const experts = activeParameters(model);
  if (experts === null) return null;
  const { expertCount, expertUsedCount, routed, dense, active } = experts;
  return {
    expertCount,
    expertUsedCount,
    totalParameters: routed + dense,
    activeParameters: active,
    totalBytes,
    activeBytes: weightBytesPerToken(model),
  };
}

/** The largest context, in steps of the cache's padding, whose weights, cache and buffers fit; found by halving. */
function budgetEntry(
  model: Model,
  weightBytes: number,
  { settings }: MemoryQuestion,
  budget: number,
): NonNullable<MemoryReport['budget']> {
  const needed = (contextLength: number): number => {
    const cache = contextMemory(model, { ...settings, contextLength })?.bytes ?? Number.POSITIVE_INFINITY;
    return weightBytes + cache + (computeBuffers(model, { ...settings, contextLength })?.bytes ?? 0);
  };
  const trained = model.hyperparameters.contextLength ?? 0;
  const smallest = Math.max(1, Math.min(STEP, trained));
  const least = needed(smallest);
  if (!Number.isFinite(least)) {
    return { bytes: budget, largestContextLength: null, missingBytes: Math.max(0, weightBytes - budget) };
  }
  if (least > budget) return { bytes: budget, largestContextLength: null, missingBytes: least - budget };
  if (needed(trained) <= budget) return { bytes: budget, largestContextLength: trained, missingBytes: 0 };
  let fits = 1;
  let tooMuch = Math.ceil(trained / STEP);
  while (tooMuch - fits > 1) {
    const middle = Math.floor((fits + tooMuch) / 2);
    if (needed(middle * STEP) <= budget) fits = middle;
    else tooMuch = middle;
  }
  return { bytes: budget, largestContextLength: fits * STEP, missingBytes: 0 };
}
