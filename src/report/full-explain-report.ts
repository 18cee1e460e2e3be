/**
 * The report of `explain --full`: that of `explain` plus parts that take longer to compute or that the text page does not show: memory by
 * context length, the graph of the flow, and the metadata. The HTML page is drawn from it.
 */

import { computeBuffers } from '../memory/compute-buffers.js';
import { type ContextMemory, contextMemory } from '../memory/context-memory.js';
import { withoutNextTokens } from '../memory/next-token-layers.js';
import type { Model } from '../model/model.js';
import { sumTotals } from '../model/totals.js';
import type { ExplainReport, MemoryCurve, MemoryPoint } from './explain-schema.js';
import { flowPartEntries } from './flow-report.js';
import { usualLengths } from './memory-question.js';
import { metadataReport } from './metadata-report.js';
import { modelLinks } from './model-links.js';
import type { MetadataEntryReport } from './schema.js';

/** `report` is the report on `model`. */
export function fullExplainReport(report: ExplainReport, model: Model): ExplainReport {
  const { name } = report.file;
  const memory = memoryCurve(model);
  const { metadata } = metadataReport(name, model.file, model.file.metadata.slice(0, MOST_KEYS));
  return {
    ...report,
    ...(memory !== null && { memory }),
    diagram: flowPartEntries(model),
    metadata: metadata.map(cutShort),
    links: modelLinks(name, model.file),
  };
}

/** Most keys that are listed; real files have up to a few hundred. */
const MOST_KEYS = 2000;
/** Most items of an array, and UTF-16 units of a text, which are enough for any chat template. */
const MOST_ITEMS = 16;
const MOST_OF_A_TEXT = 32 * 1024;

function cutShort(entry: MetadataEntryReport): MetadataEntryReport {
  const { value, count } = entry;
  if (Array.isArray(value) && value.length > MOST_ITEMS) {
    return { ...entry, value: value.slice(0, MOST_ITEMS), complete: false };
  }
  if (typeof value === 'string' && value.length > MOST_OF_A_TEXT) {
    return { ...entry, value: value.slice(0, MOST_OF_A_TEXT), count: count ?? entry.bytes, complete: false };
  }
  return entry;
}

const POINTS = 32;
const SHORTEST = 256;

/** No model is trained for more. A damaged file may state more; that must not become a chart. */
const MOST_CONTEXT = 2 ** 28;

/** Null if the memory is not known: no architecture, no context length, or impossible numbers. */
function memoryCurve(model: Model): MemoryCurve | null {
  const trained = model.hyperparameters.contextLength;
  if (trained === null || !Number.isSafeInteger(trained) || trained < 1 || trained > MOST_CONTEXT) return null;
  const lengths = Array.from({ length: POINTS }, (_, i) => Math.round((trained * (i + 1)) / POINTS));
  const evenly = [...new Set([Math.min(SHORTEST, trained), ...lengths])].filter((length) => length > 0);
  evenly.sort((a, b) => a - b);
  const weightBytes = sumTotals(withoutNextTokens(model).tensors).bytes;
  const at = (contextLength: number) => contextMemory(model, { contextLength }) ?? [];
  const pointOf = ({ bytes, contextLength }: ContextMemory): MemoryPoint => {
    const computeBytes = computeBuffers(model, { contextLength })?.bytes ?? null;
    const totalBytes = weightBytes + bytes + (computeBytes ?? 0);
    return { contextLength, cacheBytes: bytes, computeBytes, totalBytes };
  };
  const curve = evenly.flatMap(at);
  const [first] = curve;
  if (first === undefined) return null;
  return {
    trainedContextLength: trained,
    curve: curve.map(pointOf),
    contexts: usualLengths(trained).flatMap(at).map(pointOf),
    confidence: first.confidence,
    assumptions: [...first.assumptions],
    formulas: (curve.at(-1)?.parts ?? []).map(({ formula }) => formula).filter((formula) => formula !== ''),
  };
}
