/**
 * The rules of the group `format` against the reader of llama.cpp: each condition of `gguf_init_from_reader` (ggml/src/gguf.cpp) and of the
 * loader's `llama_tensor_weight` (src/llama-model-loader.h), as of summer 2026, with a file that only just meets it and one that only just
 * does not. "Refused" means that the file cannot be read or has a finding of level `error`.
 *
 * Where this reader has limits that the reference lacks, the last table says so: such files are refused too.
 */

import { describe, expect, it } from 'vitest';
import { FORMAT_RULES } from '../../src/checks/format/rules.js';
import type { Surroundings } from '../../src/checks/surroundings.js';
import { GgufError } from '../../src/gguf/error.js';
import { MAX_ENTRIES, MAX_NAME_BYTES, MAX_SHORT_STRING } from '../../src/gguf/limits.js';
import { ALL_FINDINGS, type FindingCode } from '../../src/policy/all-findings.js';
import { FIXTURES } from '../support/fixtures/index.js';
import {
  type Description,
  layGguf,
  list,
  type TensorItem,
  tensor,
  text,
  u32,
  writeGguf,
} from '../support/gguf-writer.js';
import { formatFindings, read } from '../support/reading.js';

const fixture = (name: string): Buffer => FIXTURES.find((candidate) => candidate.name === name)!.bytes;
const levelOf = (code: string) => ALL_FINDINGS.get(code as FindingCode)?.level;
const isAboutFormat = (code: FindingCode | undefined) => ALL_FINDINGS.get(code as FindingCode)?.group === 'format';
const BEYOND_HEADER: ReadonlySet<string> = new Set(
  FORMAT_RULES.filter(({ beyondHeader }) => beyondHeader).map(({ code }) => code),
);

/** The reasons to refuse a file: the error that reading it ends in, or its findings of level `error`. */
function objections(bytes: Uint8Array, headerOnly = false, around: Partial<Surroundings> = {}): string[] {
  try {
    const codes = formatFindings(read(bytes), around).map(({ code }) => code);
    return [...new Set(codes)].filter((code) => levelOf(code) === 'error' && !(headerOnly && BEYOND_HEADER.has(code)));
  } catch (error) {
    if (error instanceof GgufError) return [`unreadable: ${error.code}`];
    throw error;
  }
}

/** A file with this tensor and a sound one. */
const withTensor = (odd: Partial<TensorItem>): Description => ({
  tensors: [
    { ...tensor('output.weight', [4]), data: 'absent', ...odd },
    { ...tensor('output_norm.weight', [4]), data: 'absent' },
  ],
});
const headerOf = (description: Description): Buffer => {
  const { bytes, dataStart } = layGguf(description);
  return Buffer.concat([bytes, Buffer.alloc(Math.max(0, dataStart - bytes.length))]);
};
const withEntry = (key: string | Uint8Array, value = 1): Buffer => writeGguf({ metadata: [u32(key, value)] });
/** An array with no items that claims to have this many. */
const claimedArray = (itemType: 'u8' | 'string', count: number | bigint): Buffer =>
  writeGguf({ metadata: [{ key: 'a', type: 'array', value: { itemType, items: [], claims: { count } } }] });
const beforeHeaderEnds = (less: number): Buffer => {
  const { bytes, headerBytes } = layGguf({ tensors: [tensor('t', [4])] });
  return bytes.subarray(0, headerBytes - less);
};

/** The name is that of a fixture; the list gives the reasons why the file is refused. */
type Row = [condition: string, file: string | Buffer, said: string];
const FINE = 'accepted';

const HEADER: Row[] = [
  ['magic: fewer than 4 bytes', 'truncated--in-magic', 'unreadable: truncated'],
  ['magic: no bytes', 'empty-file--no-bytes', 'unreadable: empty-file'],
  ['magic: another letter', 'not-gguf--one-letter-off', 'unreadable: not-gguf'],
  ['version 0', 'unsupported-version--0', 'unreadable: unsupported-version'],
  ['version 1', 'version-1--with-tensors', 'version-1'],
  ['version 2', 'version-2', FINE],
  ['version 3', 'version-3', FINE],
  ['version 4', 'unsupported-version--4', 'unreadable: unsupported-version'],
  [
    'version whose lower half is zero: 3 in the other byte order',
    'byte-order-swapped--version-3',
    'byte-order-swapped',
  ],
  [
    'version whose lower half is zero: 2 in the other byte order',
    'byte-order-swapped--version-2',
    'byte-order-swapped',
  ],
  ['version whose lower half is zero: 65,536', 'unsupported-version--half-swapped', 'unreadable: unsupported-version'],
  ['number of tensors: ends inside', 'truncated--in-tensor-count', 'unreadable: truncated'],
  ['number of tensors below 0', writeGguf({ claims: { tensors: 2n ** 63n } }), 'unreadable: number-too-large'],
  ['number of tensors: one more than there are', 'truncated--one-tensor-too-many-claimed', 'unreadable: truncated'],
  ['number of key-value pairs below 0', writeGguf({ claims: { metadata: 2n ** 63n } }), 'unreadable: number-too-large'],
  [
    'number of key-value pairs: one more than there are',
    'truncated--one-entry-too-many-claimed',
    'unreadable: truncated',
  ],
  ['no tensors and no key-value pairs', 'nothing-at-all', FINE],
];

const METADATA: Row[] = [
  ['key: empty', 'empty-key--one', 'empty-key'],
  ['key: one byte', withEntry('k'), FINE],
  ['key: any shape', 'odd-keys', FINE],
  ['key: longer than the specification allows', 'key-too-long--65536', FINE],
  ['key: not UTF-8', 'invalid-utf8--key', FINE],
  ['key: beyond the end', 'truncated--key-beyond-the-end', 'unreadable: truncated'],
  ['key: the same bytes twice', 'duplicate-key--same-value', 'duplicate-key'],
  ['key: the same bytes twice, not UTF-8', 'duplicate-key--not-utf8', 'duplicate-key'],
  ['key: equal only where damage is not looked at', 'invalid-utf8--keys-that-look-alike', FINE],
  ['key: equal up to a NUL', writeGguf({ metadata: [u32('k\0a', 1), u32('k\0b', 1)] }), FINE],
  ['value type: all of 0 to 12', 'value-types', FINE],
  ['value type: 13', 'unknown-value-type--13', 'unreadable: unknown-value-type'],
  ['value type: negative', 'unknown-value-type--all-bits', 'unreadable: unknown-value-type'],
  ['array: of an unknown type', 'unknown-value-type--in-array', 'unreadable: unknown-value-type'],
  ['array: of arrays', 'nested-array--2', 'nested-array'],
  ['array: of arrays, none of them there', 'nested-array--empty', 'nested-array'],
  ['array: empty', writeGguf({ metadata: [list('a', 'u32', []), list('b', 'string', [])] }), FINE],
  ['array: more than 2^30 items', claimedArray('u8', 2 ** 30 + 1), 'unreadable: length-too-large'],
  ['array: items beyond the end', claimedArray('u8', 1), 'unreadable: truncated'],
  ['array: strings beyond the end', claimedArray('string', 1), 'unreadable: truncated'],
  ['array: so many that the bytes wrap around', claimedArray('string', 2n ** 61n), 'unreadable: number-too-large'],
  ['string: empty, and NUL inside', writeGguf({ metadata: [text('a', ''), text('b', 'x\0y')] }), FINE],
  ['string: not UTF-8', 'invalid-utf8--value', FINE],
  ['string: more than 1 GiB', 'length-too-large--string', 'unreadable: length-too-large'],
  ['string: 1 GiB, beyond the end', 'truncated--string-of-1-gib', 'unreadable: truncated'],
  ['string: beyond the end', 'truncated--string-beyond-the-end', 'unreadable: truncated'],
  ['bool: 2', 'bool-not-0-or-1--two', FINE],
];

const ALIGNMENT: Row[] = [
  ['alignment: 1', 'alignment-1', FINE],
  ['alignment: 8', 'alignment-8', FINE],
  ['alignment: 2^31', 'alignment-2147483648', FINE],
  ['alignment: 0', 'alignment-unusable--zero', 'alignment-unusable'],
  ['alignment: 24', 'alignment-not-power-of-two--24', 'alignment-not-power-of-two'],
  ['alignment: 2^32 - 1', withEntry('general.alignment', 2 ** 32 - 1), 'alignment-unusable'],
  ['alignment: u64', 'alignment-wrong-type--u64', 'alignment-wrong-type'],
  ['alignment: i32', 'alignment-wrong-type--i32', 'alignment-wrong-type'],
  ['alignment: an array of u32', 'alignment-unusable--array', 'alignment-unusable'],
  ['alignment: a string', 'alignment-unusable--string', 'alignment-unusable'],
  [
    'alignment: u64 under a key that goes on behind a NUL',
    'alignment-wrong-type--key-with-nul',
    'alignment-wrong-type',
  ],
  ['alignment: under a key that goes on with a dot', withEntry('general.alignment.x', 3), FINE],
];

const TENSORS: Row[] = [
  ['name: 63 bytes', 'longest-tensor-name', FINE],
  ['name: 64 bytes', 'tensor-name-too-long--64', 'tensor-name-too-long'],
  ['name: 66 bytes in 22 characters', 'tensor-name-too-long--64-in-utf8', 'tensor-name-too-long'],
  ['name: 63 bytes that are no UTF-8', headerOf(withTensor({ name: Buffer.alloc(63, 0xff) })), FINE],
  ['name: empty', 'empty-tensor-name', FINE],
  ['name: twice', 'duplicate-tensor--other-shape', 'duplicate-tensor'],
  ['name: empty twice', 'duplicate-tensor--empty-names', 'duplicate-tensor'],
  ['name: equal up to a NUL', 'duplicate-tensor--names-with-nul', 'duplicate-tensor'],
  ['name: equal only where damage is not looked at', 'invalid-utf8--names-that-look-alike', FINE],
  ['dimensions: none', 'no-dimensions', FINE],
  ['dimensions: 4', 'four-dimensions', FINE],
  ['dimensions: 5', 'too-many-dimensions--5', 'too-many-dimensions'],
  ['dimensions: 9', 'too-many-dimensions--9', 'unreadable: too-many-dimensions'],
  ['dimension: 0', 'dimension-of-zero', FINE],
  ['dimension: 0 beside 2^52', 'dimension-of-zero-and-large', FINE],
  ['dimension: below 0', 'number-too-large--dimension-2-63', 'unreadable: number-too-large'],
  // The reference's product wraps around to 0 here, which no standard guarantees; nobody writes such a shape on purpose.
  ['elements: 2^64', 'number-too-large--dimensions-wrap-around', 'unreadable: number-too-large'],
  ['elements: 2^63 - 1', headerOf(withTensor({ dimensions: [2n ** 63n - 1n] })), 'unreadable: number-too-large'],
  ['type: each that ggml has', 'tensor-types', FINE],
  [
    'type: an id behind the last',
    writeGguf({ tensors: [{ ...tensor('t', [128], 43), data: 34 }] }),
    'fork-tensor-type',
  ],
  ['type: an id that nobody uses', 'unknown-tensor-type--last', 'unknown-tensor-type'],
  ['type: negative', headerOf(withTensor({ type: 0xffff_ffff })), 'unknown-tensor-type'],
  ['type: removed, of 2023', 'removed-tensor-type--of-2023', 'removed-tensor-type'],
  ['type: removed, repacked', 'removed-tensor-type--repacked', 'removed-tensor-type'],
  ['type: of a fork', 'fork-tensor-type--iq4-ks', 'fork-tensor-type'],
  ['type: id 42 in the room of a fork’s format', 'fork-tensor-type--prism-id-42', 'fork-tensor-type'],
  ['type: id 42 with surplus bytes behind it', 'surplus-bytes--as-a-fork-would-need', FINE],
  ['row: not whole blocks', 'row-not-whole-blocks--q8-0', 'row-not-whole-blocks'],
  ['row: not whole blocks, and no rows', 'row-not-whole-blocks--no-rows', 'row-not-whole-blocks'],
  ['row: no dimensions, which is one element', 'row-not-whole-blocks--no-dimensions', 'row-not-whole-blocks'],
  ['info: ends one byte too early', beforeHeaderEnds(1), 'unreadable: truncated'],
];

const DATA: Row[] = [
  ['offset: the running sum of padded sizes', 'version-3', FINE],
  ['offset: a gap', 'offset-unexpected--gap', 'offset-unexpected'],
  ['offset: in another order', 'offset-unexpected--swapped', 'offset-unexpected'],
  ['offset: the first is not 0', 'offset-unexpected--not-at-zero', 'offset-unexpected'],
  ['offset: no multiple of the alignment', 'offset-misaligned--36', 'offset-unexpected, offset-misaligned'],
  ['offset: that of another tensor', 'tensors-overlap--same-offset', 'offset-unexpected, tensors-overlap'],
  ['offset: that of an empty tensor before it', 'dimension-of-zero', FINE],
  ['offset: 2^64 - 32', 'number-too-large--data-offset-2-64', 'unreadable: number-too-large'],
  ['padding behind the header: absent, with a tensor', 'padding-absent--only-empty-tensors', 'padding-absent'],
  ['padding behind the header: absent, without tensors', 'no-tensors', FINE],
  ['padding behind the header: there, and no data is needed', 'only-empty-tensors', FINE],
  ['data: none', 'data-absent--ends-at-header', 'data-absent'],
  ['data: none, padding there', 'data-absent--ends-at-data-start', 'data-absent'],
  ['data: one byte less', 'data-truncated--one-byte-missing', 'data-truncated'],
  ['data: all, without the padding of the last tensor', 'no-padding-at-the-end', FINE],
  [
    'data: the place of an empty last tensor is behind the end',
    'data-truncated--before-an-empty-tensor',
    'data-truncated',
  ],
  ['data: its start is 2 GiB into the file', 'data-absent--alignment-2-31', 'data-absent'],
  ['data: bytes behind it', 'surplus-bytes--many', FINE],
];

const ALL = { HEADER, METADATA, ALIGNMENT, TENSORS, DATA };

describe.each(Object.entries(ALL))('the reference’s conditions: %s', (_, rows) => {
  it.each(rows)('%s', (_, file, said) => {
    const bytes = typeof file === 'string' ? fixture(file) : file;
    // Files that consist of only the header are not missing any data.
    const found = objections(bytes, typeof file !== 'string');
    expect(found.join(', ') || FINE).toBe(said);
  });
});

describe('limits of this reader that the reference lacks', () => {
  const most = MAX_NAME_BYTES / MAX_SHORT_STRING;
  const tensors = [{ ...tensor('t', [2 ** 44, 2]), data: 'absent' as const }];
  it.each<Row>([
    [`more than ${MAX_ENTRIES} tensors`, 'count-too-large--tensors', 'unreadable: count-too-large'],
    [`more than ${MAX_ENTRIES} key-value pairs`, 'count-too-large--metadata', 'unreadable: count-too-large'],
    ['a key of more than 128 KiB', withEntry('k'.repeat(MAX_SHORT_STRING + 1)), 'unreadable: length-too-large'],
    ['a key of 128 KiB', withEntry('k'.repeat(MAX_SHORT_STRING)), FINE],
    [
      'more than 2.5 MiB of keys and names together',
      writeGguf({
        metadata: Array.from({ length: most + 1 }, (_, i) => u32(Buffer.alloc(MAX_SHORT_STRING, 97 + i), i)),
      }),
      'unreadable: length-too-large',
    ],
    ['more than 2^44 elements', headerOf({ tensors }), 'unreadable: number-too-large'],
    ['a data offset above 2^50', 'number-too-large--data-offset', 'unreadable: number-too-large'],
  ])('%s', (_, file, said) => {
    expect(objections(typeof file === 'string' ? fixture(file) : file, true).join(', ') || FINE).toBe(said);
  });
});

describe('the fixtures', () => {
  it.each(FIXTURES.filter(({ folder }) => folder === 'valid'))('valid/$name is not refused', ({ bytes }) => {
    expect(objections(bytes)).toEqual([]);
  });

  it('named after a finding of level error are refused, and those of other findings are not', () => {
    const wrong = FIXTURES.filter(({ folder, findings }) => folder === 'flawed' && isAboutFormat(findings[0]))
      .filter(({ bytes, findings, around }) => {
        const wanted = findings.filter((code) => isAboutFormat(code) && levelOf(code) === 'error');
        return objections(bytes, false, around).sort().join() !== [...wanted].sort().join();
      })
      .map(({ name }) => name);
    expect(wrong).toEqual([]);
  });
});

describe('the rules', () => {
  it('do not ask for tensor data where only the header is checked', () => {
    const absent = FIXTURES.filter(({ findings }) => BEYOND_HEADER.has(findings[0]!));
    expect(absent.length).toBeGreaterThan(8);
    const others = absent.map(({ bytes, findings }) => [objections(bytes, true), findings.slice(1)]);
    for (const [said, inherent] of others) expect(said).toEqual(inherent!.filter((code) => levelOf(code) === 'error'));
  });

  it('shorten a long name in a finding', () => {
    const name = 'n'.repeat(60_000);
    const twice = [tensor(name, [4]), tensor(name, [4])];
    const found = formatFindings(read(writeGguf({ tensors: twice })));
    const told = JSON.stringify(found.map(({ place, facts }) => [place, facts]));
    expect(found.map(({ code }) => code)).toEqual(['tensor-name-too-long', 'tensor-name-too-long', 'duplicate-tensor']);
    expect(told.length).toBeLessThan(3000);
  });

  it('report the position of an entry or a tensor', () => {
    const [empty] = formatFindings(read(fixture('empty-key--one')));
    expect(empty).toMatchObject({ code: 'empty-key', place: { offset: 24 + 45 }, facts: { index: 1 } });
  });
});
