/** `check --data`: files are read whole, and what their numbers show is judged beside what their headers do. */

import { judgeValues } from '../checks/data/rules.js';
import type { GgufFile } from '../gguf/decode.js';
import type { Finding } from '../gguf/finding.js';
import type { Model } from '../model/model.js';
import { scanSummary } from '../report/values-entry.js';
import type { ScanSummary } from '../report/values-schema.js';
import type { ModelValues } from '../tensor-data/model-values.js';
import type { ReadOne } from './checked-files.js';
import { scanWeights } from './scan-weights.js';

/** How files are read, and what is said of their numbers where these were read too. */
export interface Reading {
  read: ReadOne;
  judgeData?: (model: Model) => { findings: Finding[]; scan: ScanSummary };
}

export function readingValues(threads: number | undefined): Required<Reading> {
  const found = new WeakMap<GgufFile, ModelValues>();
  return {
    async read(location) {
      const { file, values } = await scanWeights(location, { threads });
      found.set(file, values);
      return file;
    },
    judgeData(model) {
      const values = found.get(model.file) as ModelValues;
      return { findings: judgeValues(model, values), scan: scanSummary(values, model.tensors.length) };
    },
  };
}
