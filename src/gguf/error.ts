/**
 * The only kind of error that reading a file can end with: the next field cannot be found. Everything else is a finding (finding.ts), and
 * reading continues.
 */

import { ExplainedError } from '../explained-error.js';

/** Why a file could not be read. Stable: scripts and tests rely on these. */
export type GgufErrorCode =
  | 'empty-file'
  | 'not-gguf'
  | 'truncated'
  | 'unsupported-version'
  | 'length-too-large'
  | 'count-too-large'
  | 'number-too-large'
  | 'unknown-value-type'
  | 'nesting-too-deep'
  | 'too-many-dimensions';

/** The section of the header that a field is in. */
export type Section = 'header' | 'metadata' | 'tensor infos' | 'tensor data';

export interface GgufErrorDetails {
  code: GgufErrorCode;
  /** Bytes from the start of the file to the field that could not be read. */
  offset: number;
  section: Section;
  /** The entry, such as `metadata entry 6, "general.alignment"`. */
  entry?: string | undefined;
  expected: string;
  found: string;
  hint?: string | undefined;
}

export class GgufError extends ExplainedError<GgufErrorCode> {
  override readonly name = 'GgufError';
  declare readonly offset: number;
  declare readonly section: Section;
  declare readonly expected: string;
  declare readonly found: string;

  constructor({ code, ...details }: GgufErrorDetails) {
    const { offset, section, entry, expected, found } = details;
    super(code, `${code} at byte ${offset} (${entry ?? section}): expected ${expected}, found ${found}`, details);
  }
}
