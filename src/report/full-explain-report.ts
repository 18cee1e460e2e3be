/** Memory by context length, for the curve of the HTML page and for the small table beside it. */

import type { Model } from '../model/model.js';
import { memoryReport } from './memory-report.js';
import type { MemoryContextEntry } from './memory-schema.js';

export interface MemoryPoint {
  contextLength: number;
  weightBytes: number;
  /** KV cache and recurrent state, as llama.cpp allocates them. */
  cacheBytes: number;
  /** An estimate; 0 where there is none. */
  computeBytes: number;
  totalBytes: number;
}

export interface MemoryCurve {
  trainedContextLength: number;
  /** From a short context to the trained one, evenly spread. */
  points: MemoryPoint[];
  /** At the lengths that people ask about. */
  rows: MemoryPoint[];
  confidence: 'exact' | 'low';
  assumptions: string[];
  /** The formulas of what is kept, at the longest context. */
  formulas: string[];
}

const POINTS = 32;
const SHORTEST = 256;

/** No model is trained for more; a larger claim in a damaged file must not become a picture. */
const MOST_CONTEXT = 2 ** 28;

/** Null where nothing is known of the memory: no architecture, no context length, or numbers beyond reason. */
export function memoryCurve(name: string, model: Model): MemoryCurve | null {
  const trained = model.hyperparameters.contextLength;
  if (trained === null || !Number.isSafeInteger(trained) || trained < 1 || trained > MOST_CONTEXT) return null;
  const lengths = Array.from({ length: POINTS }, (_, i) => Math.round((trained * (i + 1)) / POINTS));
  const evenly = [...new Set([Math.min(SHORTEST, trained), ...lengths])].filter((length) => length > 0);
  evenly.sort((a, b) => a - b);
  const curve = memoryReport(name, model, { contextLengths: evenly, settings: {} });
  const table = memoryReport(name, model, { contextLengths: [], settings: {} });
  if (curve.contexts.length === 0) return null;
  const point = ({ contextLength, cacheBytes, computeBytes, totalBytes }: MemoryContextEntry): MemoryPoint => ({
    contextLength,
    weightBytes: curve.weights.bytes,
    cacheBytes,
    computeBytes: computeBytes ?? 0,
    totalBytes,
  });
  return {
    trainedContextLength: trained,
    points: curve.contexts.map(point),
    rows: table.contexts.map(point),
    confidence: curve.confidence,
    assumptions: curve.assumptions,
    formulas: (curve.contexts.at(-1)?.parts ?? []).map(({ formula }) => formula).filter((formula) => formula !== ''),
  };
}
