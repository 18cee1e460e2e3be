/** From a header to its report: the header → its meaning → the facts. All steps are synchronous, so that the program starts fast. */

import { remark } from './checks/explain-rules.js';
import type { GgufFile } from './gguf/decode.js';
import { interpret } from './model/model.js';
import { explainReport } from './report/explain-report.js';
import type { ExplainReport } from './report/explain-schema.js';

/** The report on a header that was read. It is a promise only for a split model, whose rules are loaded on demand. */
export function explainFile(file: GgufFile, name: string): ExplainReport | Promise<ExplainReport> {
  const model = interpret(file);
  const { set } = file;
  if (set === undefined) return explainReport(name, model, remark(model));
  return import('./checks/explain-set-rules.js').then(({ remarkSet }) =>
    explainReport(name, model, remarkSet(model, set)),
  );
}
