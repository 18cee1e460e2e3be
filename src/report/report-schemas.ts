/** Every kind of JSON that the program prints, by the name of the command that prints it. */

import { AttentionReportSchema } from './attention-schema.js';
import { CheckReportSchema } from './check-schema.js';
import { DiffReportSchema } from './diff-schema.js';
import { ExplainReportSchema } from './explain-schema.js';
import { FlowReportSchema } from './flow-schema.js';
import { HashReportSchema } from './hash-schema.js';
import { LessonListSchema, LessonReportSchema } from './lesson-schema.js';
import { ListReportSchema } from './list-schema.js';
import { MemoryReportSchema } from './memory-schema.js';
import { NextTokensReportSchema } from './next-tokens-schema.js';
import { RepositoryReportSchema } from './repository-schema.js';
import { ScanLineSchema } from './scan-schema.js';
import { ErrorReportSchema, MetadataReportSchema, TensorReportSchema, TensorsReportSchema } from './schema.js';
import { SizesReportSchema } from './sizes-schema.js';
import { TokenReportSchema } from './token-schema.js';

export const REPORT_SCHEMAS = {
  explain: ExplainReportSchema,
  tensors: TensorsReportSchema,
  tensor: TensorReportSchema,
  metadata: MetadataReportSchema,
  token: TokenReportSchema,
  memory: MemoryReportSchema,
  sizes: SizesReportSchema,
  attention: AttentionReportSchema,
  'next-tokens': NextTokensReportSchema,
  flow: FlowReportSchema,
  learn: LessonReportSchema,
  lessons: LessonListSchema,
  check: CheckReportSchema,
  diff: DiffReportSchema,
  hash: HashReportSchema,
  list: ListReportSchema,
  scan: ScanLineSchema,
  repository: RepositoryReportSchema,
  error: ErrorReportSchema,
} as const;

export type ReportName = keyof typeof REPORT_SCHEMAS;
