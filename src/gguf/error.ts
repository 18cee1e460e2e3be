/**
 * The one kind of error that reading a file can end in: something made the next field unfindable. All else is a finding
 * (finding.ts) and the reading goes on.
 */

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

/** Where in the header a field stands. */
export type Section = 'header' | 'metadata' | 'tensor infos' | 'tensor data';

export interface GgufErrorDetails {
  code: GgufErrorCode;
  /** Bytes from the start of the file to the field that could not be read. */
  offset: number;
  section: Section;
  /** Which entry, such as `metadata entry 6, "general.alignment"`. */
  entry?: string | undefined;
  expected: string;
  found: string;
  hint?: string | undefined;
}

export class GgufError extends Error {
  override readonly name = 'GgufError';
  readonly code: GgufErrorCode;
  readonly offset: number;
  readonly section: Section;
  readonly entry: string | undefined;
  readonly expected: string;
  readonly found: string;
  readonly hint: string | undefined;
  /** What was being read, once that is known: a path, or `-`. */
  target: string | undefined;

  constructor(details: GgufErrorDetails) {
    const where = details.entry === undefined ? details.section : details.entry;
    super(`${details.code} at byte ${details.offset} (${where}): expected ${details.expected}, found ${details.found}`);
    this.code = details.code;
    this.offset = details.offset;
    this.section = details.section;
    this.entry = details.entry;
    this.expected = details.expected;
    this.found = details.found;
    this.hint = details.hint;
  }
}
