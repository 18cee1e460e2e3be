/** The library: everything that the command line does, without a console and without a process. */

export { explain, explainFile, type Input, type ReadOptions, readGguf } from './explain.js';
export type { TensorType } from './formats/tensor-types.js';
export type { Tensor } from './gguf/data-layout.js';
export { type GgufFile, metadataValue } from './gguf/decode.js';
export { GgufError, type GgufErrorCode } from './gguf/error.js';
export type { Finding } from './gguf/finding.js';
export type { LongString, MetadataArray, MetadataEntry, MetadataValue } from './gguf/metadata.js';
export { LocateError } from './locate/locate-error.js';
export { renderExplainPage } from './render/text/explain-page.js';
export { makeTheme, PLAIN_THEME, type Theme } from './render/theme.js';
export type { ExplainReport, FindingReport, TensorEntry } from './report/schema.js';
