/** What is computed while the model runs and not stored in the file: cache, scores, activations, logits, each with its formula. */

import { aboutNeeded } from '../memory/about-needed.js';
import { attendingLayers } from '../model/attending-layers.js';
import { distinct } from '../model/hyperparameters.js';
import type { Model } from '../model/model.js';
import { scoreCount } from '../model/output-kind.js';
import { formatCount, formatInteger } from '../words/format-quantity.js';
import { contextParts, DECODING } from './context-parts.js';
import type { ComputedReport, ExplainReport } from './explain-schema.js';

/** llama.cpp computes with 32-bit floats between matrices. */
const FLOAT_BYTES = 4;

/** Context lengths to show: two common ones, and the trained one. */
function contextLengths(trained: number): number[] {
  return [...new Set([4096, 32_768, trained])]
    .filter((length) => length > 0 && length <= trained)
    .sort((a, b) => a - b);
}

export function computedParts(model: Model): ComputedReport[] {
  const { hyperparameters } = model;
  const { contextLength, embeddingLength, headCount } = hyperparameters;
  const scores = scoreCount(model);
  if (model.tensors.length === 0) return [];
  if (contextLength === null || !Number.isSafeInteger(contextLength) || contextLength > MOST_CONTEXT) return [];
  const lengths = contextLengths(contextLength);
  const parts: ComputedReport[] = [];
  const add = (part: Omit<ComputedReport, 'contexts'>, bytesAt: (length: number) => number) => {
    const contexts = lengths.map((length) => ({ contextLength: length, bytes: bytesAt(length) }));
    if (contexts.length > 0 && contexts.every(({ bytes }) => Number.isSafeInteger(bytes) && bytes > 0)) {
      parts.push({ ...part, contexts });
    }
  };

  parts.push(...contextParts(model, lengths).filter(({ contexts }) => contexts.every(({ bytes }) => bytes > 0)));
  const attends =
    attendingLayers(model.tensors.filter(({ classified }) => DECODING.has(classified.component))).size > 0;
  const heads = Math.max(0, ...distinct(headCount));
  if (heads > 0 && attends) {
    add(
      {
        what: 'attention-scores',
        formula: `${formatCount(heads, 'head')} × tokens² × ${FLOAT_BYTES} B/layer`,
        assumption:
          'one layer, all tokens at once, written out in full; flash attention keeps only a small part at a time',
      },
      (length) => heads * length * length * FLOAT_BYTES,
    );
  }
  if (embeddingLength !== null && embeddingLength > 0) {
    add(
      {
        what: 'activations',
        formula: `${formatInteger(embeddingLength)} × ${FLOAT_BYTES} B/token`,
        assumption: 'the vectors between two layers, all tokens at once, in F32',
      },
      (length) => embeddingLength * length * FLOAT_BYTES,
    );
  }
  if (scores > 0) {
    add(
      {
        what: 'logits',
        formula: `${formatInteger(scores)} scores × ${FLOAT_BYTES} B`,
        assumption: 'for the next token, whatever the context, in F32',
      },
      () => scores * FLOAT_BYTES,
    );
  }
  return parts;
}

/**
 * The approximate memory to run the model with the first two of these lengths. Empty if the model does not generate text, or if nothing is
 * known.
 */
export function toRun(model: Model): Pick<ExplainReport, 'toRun'> {
  const { contextLength } = model.hyperparameters;
  if (contextLength === null || !Number.isSafeInteger(contextLength) || contextLength > MOST_CONTEXT) return {};
  if (!model.tensors.some(({ classified }) => classified.layer !== null && DECODING.has(classified.component)))
    return {};
  const points = contextLengths(contextLength)
    .slice(0, 2)
    .flatMap((length) => {
      const bytes = aboutNeeded(model, { contextLength: length });
      return bytes === null ? [] : [{ contextLength: length, bytes }];
    });
  return points.length > 0 ? { toRun: points } : {};
}

/** No model is trained for more. A damaged file may state more; that must not become a table. */
const MOST_CONTEXT = 2 ** 28;
