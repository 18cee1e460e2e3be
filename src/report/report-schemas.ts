/** Every kind of JSON that the program prints, by the name of the command that prints it. */

import { z } from 'zod';
import { AttentionReportSchema } from './attention-schema.js';
import { CheckReportSchema, RulesReportSchema } from './check-schema.js';
import { DiffReportSchema } from './diff-schema.js';
import { ExplainReportSchema } from './explain-schema.js';
import { FlowReportSchema } from './flow-schema.js';
import { HashReportSchema } from './hash-schema.js';
import { LessonListSchema, LessonReportSchema } from './lesson-schema.js';
import { ListReportSchema } from './list-schema.js';
import { MemoryComparisonReportSchema } from './memory-comparison-schema.js';
import { MemoryReportSchema } from './memory-schema.js';
import { NextTokensReportSchema } from './next-tokens-schema.js';
import type { ReportName } from './report-names.js';
import { RepositoryReportSchema } from './repository-schema.js';
import { RepositorySizesReportSchema } from './repository-sizes-schema.js';
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
  'memory-comparison': MemoryComparisonReportSchema,
  sizes: SizesReportSchema,
  'repository-sizes': RepositorySizesReportSchema,
  attention: AttentionReportSchema,
  'next-tokens': NextTokensReportSchema,
  flow: FlowReportSchema,
  learn: LessonReportSchema,
  lessons: LessonListSchema,
  check: CheckReportSchema,
  rules: RulesReportSchema,
  diff: DiffReportSchema,
  hash: HashReportSchema,
  list: ListReportSchema,
  scan: ScanLineSchema,
  repository: RepositoryReportSchema,
  error: ErrorReportSchema,
} as const satisfies Record<ReportName, z.ZodType>;

/** The JSON Schema of one kind. */
export function reportJsonSchema(name: ReportName): object {
  return z.toJSONSchema(REPORT_SCHEMAS[name]);
}

/** The JSON Schemas of all kinds. */
export function reportJsonSchemas(): Record<ReportName, object> {
  const names = Object.keys(REPORT_SCHEMAS) as ReportName[];
  return Object.fromEntries(names.map((name) => [name, reportJsonSchema(name)])) as Record<ReportName, object>;
}
