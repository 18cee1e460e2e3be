/** The report of `memory`: weights by use, memory of the context by length, what fits and where, and the bytes read for each token. */

import { metadataValue } from '../gguf/decode.js';
import { computeParts } from '../memory/compute-buffers.js';
import { contextMemory } from '../memory/context-memory.js';
import { placedWeights } from '../memory/loaded-weights.js';
import { withoutNextTokens } from '../memory/next-token-layers.js';
import { weightBytesPerToken } from '../memory/token-reads.js';
import { activeParameters } from '../model/experts.js';
import { stringOrNull } from '../model/hyperparameters.js';
import { kindOf } from '../model/kind.js';
import type { Model } from '../model/model.js';
import { runtimeOf, runtimeWords } from '../model/runtime.js';
import { sumTotals } from '../model/totals.js';
import { fileEntry } from './file-entry.js';
import { companionEntries, notLoadedEntry } from './kept-beside.js';
import { budgetEntry } from './memory-budget.js';
import { contextEntry } from './memory-contexts.js';
import { isPlaced, placedContext } from './memory-placement.js';
import { type MemoryQuestion, type PlacementQuestion, usualLengths } from './memory-question.js';
import { remedies } from './memory-remedies.js';
import type { MemoryReport } from './memory-schema.js';
import { withoutEffect } from './without-effect.js';

export function memoryReport(name: string, model: Model, question: MemoryQuestion): MemoryReport {
  const { settings, budget, bandwidth, placement, mtp } = question;
  const loaded = mtp ? model : withoutNextTokens(model);
  const totals = sumTotals(loaded.tensors);
  const companions = companionEntries(question);
  const weightBytes = companions.reduce((sum, { bytes }) => sum + bytes, totals.bytes);
  const placed = placedWeights(loaded);
  const trained = model.hyperparameters.contextLength;
  const lengths = question.contextLengths.length > 0 ? question.contextLengths : usualLengths(trained);
  const goesWith = COMPANION_WORDS[kindOf(model)];
  const entries = (goesWith === undefined ? lengths : []).flatMap((contextLength) => {
    const context = contextMemory(model, { ...settings, contextLength });
    return context === null
      ? []
      : [{ context, entry: contextEntry({ model, loaded, weightBytes }, context, question) }];
  });
  const longest = entries.reduce(
    (most, one) => (one.entry.contextLength > (most?.entry.contextLength ?? 0) ? one : most),
    entries[0],
  );
  const parts = longest && computeParts(model, { ...settings, contextLength: longest.entry.contextLength });
  if (longest?.entry.computeConfidence === 'exact' && parts) longest.entry.computeParts = parts;
  const first = entries[0]?.context;
  const { kvTypeK = 'f16', kvTypeV = kvTypeK } = settings;
  const idle = withoutEffect(model, question, longest?.entry.contextLength ?? Math.max(...lengths));
  return {
    schemaVersion: 1,
    file: fileEntry(name, model.file),
    modelName: stringOrNull(metadataValue(model.file, 'general.name')),
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
      ...(mtp && { mtp }),
    },
    weights: {
      bytes: totals.bytes,
      // The places are those of llama.cpp.
      places:
        model.family === null
          ? (['input', 'layers', 'output'] as const).map((place) => ({ place, ...placed.places[place] }))
          : [],
      groups: [...totals.byGroup].map(([group, { bytes, tensors }]) => ({ group, bytes, tensors })),
      ...notLoadedEntry(model, question),
      tiedBytes: model.family === null ? placed.tiedBytes : 0,
    },
    ...(companions.length > 0 && { companions }),
    confidence: first?.confidence ?? 'low',
    assumptions:
      goesWith !== undefined ? [goesWith] : first === undefined ? [nothingKnown(model)] : [...first.assumptions],
    refusals: [...(first?.refusals ?? [])],
    ...(idle.length > 0 && { withoutEffect: idle }),
    contexts: entries.map(({ entry }) => entry),
    experts: expertsEntry(loaded, totals.bytes),
    ...(budget === undefined ? {} : { budget: budgetEntry(model, weightBytes, question, budget) }),
    ...(bandwidth === undefined ? {} : { bandwidth: { bytesPerSecond: bandwidth } }),
    ...(placement && placementEntries(model, { ...question, placement })),
    ...remedies(model, question, lengths),
  };
}

/** The cards and the best placement: for the longest requested context, or with the length that the placement chooses. */
function placementEntries(
  model: Model,
  question: MemoryQuestion & { placement: PlacementQuestion },
): Pick<MemoryReport, 'devices' | 'ram' | 'marginBytes' | 'placement' | 'fit'> {
  const { devices, ramBytes, ramBandwidth, marginBytes, settings } = question.placement;
  const longest = question.contextLengths.length === 0 ? undefined : Math.max(...question.contextLengths);
  const fit = isPlaced(settings) ? null : placedContext(model, question, longest)?.fit;
  const { tensorSplit, overrideTensor, ...rest } = settings;
  return {
    devices: devices.map((device) => ({ ...device })),
    ram: { bytes: ramBytes, bandwidth: ramBandwidth },
    marginBytes,
    placement: {
      ...rest,
      ...(tensorSplit && { tensorSplit: [...tensorSplit] }),
      ...(overrideTensor && { overrideTensor: overrideTensor.map((each) => ({ ...each })) }),
    },
    ...(fit && { fit }),
  };
}

/** Files without a context: each is loaded with a model, or not at all. */
const COMPANION_WORDS: Readonly<Record<string, string>> = {
  mmproj:
    'A projector is loaded together with its model: gguf-explain memory MODEL PROJECTOR computes what the two need.',
  adapter:
    'An adapter is loaded together with its model: gguf-explain memory MODEL ADAPTER computes what the two need.',
  controlvector: 'A control vector is loaded together with its model.',
  imatrix: 'An importance matrix is for the quantizer. No program runs it.',
  vocab: 'The file has a vocabulary and no weights, so there is nothing to run.',
};

function nothingKnown(model: Model): string {
  const { architecture } = model.hyperparameters;
  const runtime = model.family === null ? null : runtimeOf(model);
  if (runtime !== null) {
    return `This is ${runtimeWords(runtime)}. It has no context of tokens and no KV cache; what its program computes takes memory that depends on the size of its result.`;
  }
  if (architecture === null) return 'The file names no architecture, so its cache is not known.';
  return `The metadata of ${architecture} is not enough to compute the cache, or its numbers make no sense.`;
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
