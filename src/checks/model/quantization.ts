/** Checks the metadata about the quantization. */

import { entryOf } from '../../model/entries.js';
import { numberOrNull } from '../../model/hyperparameters.js';
import { readLabel } from '../../model/label.js';
import type { Model } from '../../model/model.js';
import { isLaterShard } from '../../model/shard-keys.js';
import { anyFile, ofLlamaCpp, projectorAdapterOrModel } from '../applies-to.js';
import { defineCheck } from '../define-check.js';
import { entryPlace } from '../place.js';

/** The version of the formats since May 2023 (GGML_QNT_VERSION in ggml.h). */
const KNOWN = 2;

export const QUANTIZATION_CHECKS = [
  /** llama.cpp only shows the label: it loads the model and prints "unknown, may not work". */
  defineCheck({
    code: 'file-type-unknown',
    group: 'model',
    level: 'warning',
    says: 'general.file_type {id} is not a known mix of types',
    hint: 'it is only a label, which a newer llama.cpp may know; trust the types of the tensors',
    appliesTo: ofLlamaCpp,
    judge({ model }) {
      const label = readLabel(model);
      const entry = entryOf(model.file, 'general.file_type');
      if (entry === undefined || label === null || label.fileType !== undefined) return [];
      return [{ place: entryPlace(entry), facts: { id: label.id } }];
    },
  }),
  /** The specification requires it if any tensor is quantized; llama.cpp writes it but does not read it. */
  defineCheck({
    code: 'quantization-version-missing',
    group: 'model',
    level: 'advice',
    says: 'quantized, but general.quantization_version is missing',
    hint: 'the specification requires it; llama.cpp loads the file anyway',
    appliesTo: projectorAdapterOrModel,
    judge({ model }) {
      const key = 'general.quantization_version';
      if (!isQuantized(model) || isLaterShard(model) || entryOf(model.file, key) !== undefined) return [];
      return [{ place: { key } }];
    },
  }),
  defineCheck({
    code: 'quantization-version-unknown',
    group: 'model',
    level: 'warning',
    says: 'general.quantization_version is {found}; the current formats have version {known}',
    hint: 'use a llama.cpp that knows this version, or quantize the model again',
    appliesTo: anyFile,
    judge({ model }) {
      const entry = entryOf(model.file, 'general.quantization_version');
      if (entry === undefined || !isQuantized(model)) return [];
      const found = numberOrNull(entry.value);
      if (found === KNOWN) return [];
      const facts = { found: found ?? `a value of type ${entry.type}`, known: KNOWN };
      return [{ place: entryPlace(entry), facts }];
    },
  }),
];

/** Whether a file has weights in a block format, the subject of `general.quantization_version`. */
function isQuantized({ tensors }: Model): boolean {
  return tensors.some(({ type }) => type !== undefined && type.blockElements > 1);
}
