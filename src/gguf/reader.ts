/**
 * Adds the knowledge of GGUF to a window: the width of lengths in this version, the caps, what has been kept so far, and the findings made
 * during reading. It converts the window's plain errors to GgufErrors with their place in the file.
 */

import { EndOfInput, NumberTooLarge, type Window } from '../io/window.js';
import { GgufError, type GgufErrorCode, type Section } from './error.js';
import { type Finding, findingOf } from './finding.js';
import {
  KEPT_ARRAY_ITEMS,
  KEPT_HEAD_BYTES,
  KEPT_HEAD_ITEMS,
  KEPT_STRING_BYTES,
  KEPT_TOTAL_BYTES,
  KEPT_TOTAL_ITEMS,
  MAX_FINDINGS_OF_A_CODE,
  MAX_LENGTH,
  MAX_NAME_BYTES,
  MAX_SHORT_STRING,
  MAX_WHOLE_BYTES,
  MAX_WHOLE_ITEMS,
} from './limits.js';
import { BOOL_NOT_0_OR_1, INVALID_UTF8, type READING_FINDINGS } from './reading-findings.js';

/** Selects the keys whose values are kept entirely, however long. */
export type KeepWhole = (key: string) => boolean;

export class Reader {
  readonly window: Window;
  readonly findings: Finding[] = [];
  private readonly counts = new Map<Finding['code'], number>();
  /** For each code, the finding that counts those that are not listed. */
  private readonly others = new Map<Finding['code'], Finding>();
  /** The subject of the last finding, whether listed or not. */
  private noted: { code: Finding['code']; what: string } | undefined;
  version = 3;
  section: Section = 'header';
  /** The current item of a list, with its name once it is known. */
  item: { list: 'metadata entry' | 'tensor'; index: number; name: string | undefined } | undefined;
  readonly keepWhole: KeepWhole;
  /** Whether the current value is to be kept entirely. */
  whole = false;
  keptBytes = 0;
  keptItems = 0;
  /** Total bytes of keys and tensor names so far. */
  nameBytes = 0;
  /** Total elements of all tensors so far. */
  elements = 0;
  /** Whether the last text contains bytes that are not valid UTF-8. */
  private damaged = false;

  constructor(window: Window, keepWhole: KeepWhole = () => false) {
    this.window = window;
    this.keepWhole = keepWhole;
  }

  /** Whether a string of this many bytes is kept; if so, it counts towards the limit of all kept strings. */
  keepsString(bytes: number): boolean {
    if (bytes > (this.whole ? MAX_WHOLE_BYTES : KEPT_STRING_BYTES)) return false;
    if (this.keptBytes + bytes > (this.whole ? MAX_WHOLE_BYTES : KEPT_TOTAL_BYTES)) return false;
    this.keptBytes += bytes;
    return true;
  }

  /** How many bytes of a string that is not kept are shown: its beginning, which is also subject to a limit. */
  headToKeep(bytes: number): number {
    const head = Math.min(bytes, KEPT_HEAD_BYTES);
    if (this.keptBytes + head > KEPT_TOTAL_BYTES) return 0;
    this.keptBytes += head;
    return head;
  }

  /** How many items of an array are kept: all items of a short one, the first few of a long one. */
  itemsToKeep(count: number): number {
    const wanted = count <= (this.whole ? MAX_WHOLE_ITEMS : KEPT_ARRAY_ITEMS) ? count : KEPT_HEAD_ITEMS;
    if (this.keptItems + wanted > (this.whole ? MAX_WHOLE_ITEMS : KEPT_TOTAL_ITEMS)) return 0;
    this.keptItems += wanted;
    return wanted;
  }

  /** The current item, for messages: `metadata entry 6, "general.alignment"`. Computed on demand, because nearly all items need none. */
  get entry(): string | undefined {
    if (this.item === undefined) return undefined;
    const { list, index, name } = this.item;
    return name === undefined ? `${list} ${index}` : `${list} ${index}, ${JSON.stringify(name.slice(0, 80))}`;
  }

  /** Bytes of a count or length: 4 in version 1, 8 since version 2. */
  get lengthBytes(): number {
    return this.version === 1 ? 4 : 8;
  }

  /** Takes a count or length whose bytes are available. */
  takeLength(what: string): number {
    return this.version === 1 ? this.window.takeU32() : this.window.takeU64(what);
  }

  /** Takes a length in bytes and checks it against the cap and the remaining bytes. */
  takeByteLength(what: string): number {
    const { offset } = this.window;
    const length = this.takeLength(`length of ${what}`);
    this.checkLength(length, length, offset, what);
    return length;
  }

  /** Refuses an impossible number of items (each at least `bytes / items` long). */
  checkLength(items: number, bytes: number, offset: number, what: string): void {
    if (items > MAX_LENGTH) {
      throw this.error('length-too-large', offset, `a length of ${what} up to ${MAX_LENGTH}`, String(items));
    }
    if (bytes > this.window.remaining) {
      throw new EndOfInput(this.window.offset, what, bytes, this.window.size as number);
    }
  }

  /** Takes the length of a key or a name, which are always kept. */
  takeShortLength(what: string): number {
    const { offset } = this.window;
    const length = this.takeLength(`length of ${what}`);
    if (length > MAX_SHORT_STRING) {
      throw this.error('length-too-large', offset, `a ${what} of at most ${MAX_SHORT_STRING} bytes`, String(length));
    }
    this.checkLength(length, length, offset, what);
    this.nameBytes += length;
    if (this.nameBytes > MAX_NAME_BYTES) {
      const expected = `at most ${MAX_NAME_BYTES} bytes of keys and tensor names together`;
      throw this.error('length-too-large', offset, expected, String(this.nameBytes));
    }
    return length;
  }

  /** Takes `length` available bytes as text. Bytes that are not valid UTF-8 become U+FFFD and a finding. */
  takeText(length: number, what: string): string {
    const { bytes, position } = this.window;
    const text = bytes.toString('utf8', position, position + length);
    // U+FFFD may be in the file itself: only then the text is encoded again to check.
    this.damaged = text.includes('\uFFFD') && !Buffer.from(text).equals(bytes.subarray(position, position + length));
    if (this.damaged) this.noteOnce(INVALID_UTF8, this.entry ?? what);
    this.window.position += length;
    return text;
  }

  /** The bytes of the last text, one character each, if they are not valid UTF-8: this distinguishes two damaged names. */
  rawBytes(length: number): string | undefined {
    const { bytes, position } = this.window;
    return this.damaged ? bytes.toString('latin1', position - length, position) : undefined;
  }

  /** Checks the next byte of a bool: the format allows 0 and 1. */
  checkBool(): void {
    if ((this.window.bytes[this.window.position] as number) > 1) {
      this.noteOnce(BOOL_NOT_0_OR_1, this.entry ?? 'a bool');
    }
  }

  /**
   * Records a finding that only the bytes show, once for each entry, so that a vocabulary of bytes that are not text is one finding instead
   * of a thousand; limited by code.
   */
  private noteOnce(kind: (typeof READING_FINDINGS)[number], what: string): void {
    const { code } = kind;
    if (this.noted?.code === code && this.noted.what === what) return;
    this.noted = { code, what };
    const count = (this.counts.get(code) ?? 0) + 1;
    this.counts.set(code, count);
    if (count <= MAX_FINDINGS_OF_A_CODE) {
      this.findings.push(findingOf(kind, { place: { offset: this.window.offset }, facts: { what } }));
    } else if (count === MAX_FINDINGS_OF_A_CODE + 1) {
      const others: Finding = { ...findingOf(kind, { place: {} }), more: 1 };
      this.others.set(code, others);
      this.findings.push(others);
    } else (this.others.get(code) as { more: number }).more++;
  }

  error(code: GgufErrorCode, offset: number, expected: string, found: string, hint?: string): GgufError {
    return new GgufError({ code, offset, section: this.section, entry: this.entry, expected, found, hint });
  }

  /** Adds the place in the file to the window's plain errors; other errors are returned unchanged. */
  located(error: unknown): unknown {
    if (error instanceof EndOfInput) {
      return this.error(
        'truncated',
        Math.min(error.offset, error.inputEnd),
        `${error.what} (${error.needed} bytes)`,
        `the end of the file at byte ${error.inputEnd}`,
        'the file was cut short, or a length before this place is damaged; compare its size with the original',
      );
    }
    if (error instanceof NumberTooLarge) {
      return this.error('number-too-large', error.offset, `${error.what} below 2^53`, String(error.value));
    }
    return error;
  }
}
