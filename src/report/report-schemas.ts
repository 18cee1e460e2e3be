/** Every kind of JSON that the program prints, by the name of the command that prints it. */

import { CheckReportSchema } from './check-schema.js';
import {
  ErrorReportSchema,
  ExplainReportSchema,
  MetadataReportSchema,
  TensorReportSchema,
  TensorsReportSchema,
} from './schema.js';

export const REPORT_SCHEMAS = {
  explain: ExplainReportSchema,
  tensors: TensorsReportSchema,
  tensor: TensorReportSchema,
  metadata: MetadataReportSchema,
  check: CheckReportSchema,
  error: ErrorReportSchema,
} as const;
