/** The library: everything that the command line does, without a console and without a process. docs/library.md is its page. */

export { explainFile } from './explain.js';
export { ExplainedError } from './explained-error.js';
export type { TensorType } from './formats/tensor-types.js';
export type { Tensor } from './gguf/data-layout.js';
export { type GgufFile, metadataValue } from './gguf/decode.js';
export { GgufError, type GgufErrorCode } from './gguf/error.js';
export type { Finding } from './gguf/finding.js';
export type { LongString, MetadataArray, MetadataEntry, MetadataValue } from './gguf/metadata.js';
export {
  type AttentionOptions,
  attention,
  type DiffOptions,
  diff,
  type FlowOptions,
  flow,
  type HashOptions,
  hash,
  learn,
  lessons,
  type PromptOptions,
  type TensorValuesOptions,
  type TokensOptions,
  tensorValues,
  tokens,
} from './library/data-functions.js';
export {
  type CardOptions,
  compareMemory,
  type MemoryOptions,
  memory,
  type RepositorySizesOptions,
  repositorySizes,
  type SizesOptions,
  sizes,
} from './library/fit-functions.js';
export {
  type ExplainOptions,
  explain,
  jsonSchemas,
  type MetadataOptions,
  metadata,
  type ReadOptions,
  readGguf,
  repository,
  rules,
  type TensorsOptions,
  tensors,
} from './library/functions.js';
export type { Input, InputOptions } from './library/input.js';
export { type CheckOptions, check, type ListOptions, list, type ScanOptions, scan } from './library/many-functions.js';
export { LocateError } from './locate/locate-error.js';
export { renderExplainPage } from './render/text/explain-page.js';
export { makeTheme, PLAIN_THEME, type Theme } from './render/theme.js';
export type { AttentionReport } from './report/attention-schema.js';
export type { CheckedFile, CheckReport, RulesReport } from './report/check-schema.js';
export type { DiffReport } from './report/diff-schema.js';
export type { ExplainReport } from './report/explain-schema.js';
export type { FlowReport } from './report/flow-schema.js';
export type { HashReport } from './report/hash-schema.js';
export type { LessonList, LessonReport } from './report/lesson-schema.js';
export type { ListedModel, ListReport } from './report/list-schema.js';
export type { MemoryComparisonReport } from './report/memory-comparison-schema.js';
export type { MemoryReport } from './report/memory-schema.js';
export type { NextTokensReport } from './report/next-tokens-schema.js';
export type { ReportName } from './report/report-names.js';
export type { RepositoryReport } from './report/repository-schema.js';
export type { RepositorySizesReport } from './report/repository-sizes-schema.js';
export type { ScanLine } from './report/scan-schema.js';
export type {
  FindingReport,
  MetadataReport,
  TensorEntry,
  TensorReport,
  TensorRow,
  TensorsReport,
} from './report/schema.js';
export type { SizesReport } from './report/sizes-schema.js';
export type { TokenReport } from './report/token-schema.js';
