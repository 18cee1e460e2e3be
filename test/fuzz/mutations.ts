/**
 * Ways to break a file: flipped bytes, lengths and counts at the edges of their ranges, a cut, a splice of two files, a part repeated, a
 * part left out, text that terminals act on. The positions of the fields are found by reading the sound file. The ways that know the
 * meaning of the fields are in structure.ts; an input goes through some of both kinds.
 */

import { decodeHeader } from '../../src/gguf/decode.js';
import { decodeAt } from '../../src/io/decode-loop.js';
import { memorySource } from '../../src/io/memory-source.js';
import { type Draft, readDraft, writeDraft } from './description.js';
import type { Random } from './random.js';
import { CHANGES } from './structure.js';

/** A file to break, with the positions that are worth breaking. */
export interface Seed {
  name: string;
  bytes: Buffer;
  /** Offsets of 64-bit lengths and counts: those of the header, and those at the start of entries and tensor infos. */
  lengths: readonly number[];
  /** Start and end of each entry and tensor info. */
  parts: readonly (readonly [start: number, end: number])[];
  /** Bytes of the header; the bytes after it are never read. */
  headerBytes: number;
}

const COUNTS_AT = [8, 16];

export function seedOf(name: string, bytes: Buffer): Seed {
  try {
    const file = decodeAt(memorySource(bytes), decodeHeader);
    const infos = file.tensors.map(({ offset }) => offset);
    const entries = file.metadata.map(({ offset, byteLength }): [number, number] => [offset, offset + byteLength]);
    const tensors = infos.map((offset, i): [number, number] => [offset, infos[i + 1] ?? file.headerBytes]);
    const arrays = file.metadata.flatMap(({ value }) =>
      typeof value === 'object' && value.kind === 'array' ? [value.offset - 8] : [],
    );
    const strings = file.metadata.flatMap(({ key, offset, type }) =>
      type === 'string' ? [offset + 12 + Buffer.byteLength(key)] : [],
    );
    const lengths = [...COUNTS_AT, ...entries.map(([start]) => start), ...infos, ...arrays, ...strings];
    const parts = entries.length + tensors.length === 0 ? [whole(bytes)] : [...entries, ...tensors];
    return { name, bytes, lengths, parts, headerBytes: file.headerBytes };
  } catch {
    return { name, bytes, lengths: COUNTS_AT, parts: [whole(bytes)], headerBytes: bytes.length };
  }
}

function whole(bytes: Buffer): [number, number] {
  return [0, bytes.length];
}

type Mutation = (bytes: Buffer, seed: Seed, random: Random, others: readonly Seed[]) => Buffer;

/** False values of a length or count, as 64-bit numbers. */
const EXTREMES = [
  0n,
  1n,
  7n,
  255n,
  65_536n,
  2n ** 20n,
  2n ** 30n,
  2n ** 30n + 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 53n - 1n,
  2n ** 53n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
];

/** Text that terminals, pages and formats act on if it gets through unescaped. */
const SIGNALS = ['\u001b[2J', '\u001b]0;x\u0007', '\r', '\u202e', '\u0000', '</script>', '%0A::error::', ']]>'];

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  flip(bytes, { headerBytes }, random) {
    const flips = 1 + random.below(8);
    for (let i = 0; i < flips; i++) {
      const at = random.below(Math.min(bytes.length, headerBytes + 8));
      bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
    }
    return bytes;
  },
  overwrite(bytes, { headerBytes }, random) {
    const at = random.below(Math.min(bytes.length, headerBytes));
    return Buffer.concat([bytes.subarray(0, at), randomBytes(random, 1 + random.below(16)), bytes.subarray(at + 8)]);
  },
  claim(bytes, { lengths }, random) {
    const at = random.pick(lengths);
    if (at + 8 <= bytes.length) bytes.writeBigUInt64LE(random.pick(EXTREMES), at);
    return bytes;
  },
  nudge(bytes, { lengths }, random) {
    const at = random.pick(lengths);
    if (at + 8 > bytes.length) return bytes;
    const claimed = bytes.readBigUInt64LE(at) + BigInt(random.below(17) - 8);
    bytes.writeBigUInt64LE(BigInt.asUintN(64, claimed), at);
    return bytes;
  },
  claimAnywhere(bytes, { headerBytes }, random) {
    const at = random.below(Math.min(bytes.length, headerBytes));
    if (at + 8 <= bytes.length) bytes.writeBigUInt64LE(random.pick(EXTREMES), at);
    return bytes;
  },
  cut: (bytes, _, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  splice(bytes, { headerBytes }, random, others) {
    const other = random.pick(others);
    const at = random.below(Math.min(bytes.length, headerBytes));
    return Buffer.concat([bytes.subarray(0, at), other.bytes.subarray(random.below(other.bytes.length))]);
  },
  double(bytes, { parts }, random) {
    const [start, end] = random.pick(parts);
    return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start, end), bytes.subarray(end)]);
  },
  drop(bytes, { parts }, random) {
    const [start, end] = random.pick(parts);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
  },
  swap(bytes, { parts }, random) {
    const [first, second] = [random.pick(parts), random.pick(parts)].sort(([a], [b]) => a - b) as [
      [number, number],
      [number, number],
    ];
    return Buffer.concat([
      bytes.subarray(0, first[0]),
      bytes.subarray(...second),
      bytes.subarray(first[1], Math.max(first[1], second[0])),
      bytes.subarray(...first),
      bytes.subarray(second[1]),
    ]);
  },
  signal(bytes, { headerBytes }, random) {
    const text = Buffer.from(random.pick(SIGNALS));
    const at = random.below(Math.min(bytes.length, headerBytes));
    text.copy(bytes, at, 0, Math.min(text.length, bytes.length - at));
    return bytes;
  },
};

function randomBytes(random: Random, count: number): Buffer {
  return Buffer.from(Array.from({ length: count }, () => random.below(256)));
}

export interface Mutant {
  /** Which file was broken, and how, in order. */
  story: string;
  bytes: Buffer;
  /** The names of the applied ways. */
  ways: readonly string[];
}

/** Cuts the file where a field begins, one byte before, or one after. */
const CUT_AT_BOUNDARY = 'cutAtBoundary';

/** The names of all ways to break a file. */
export const ALL_WAYS: readonly string[] = [...Object.keys(CHANGES), CUT_AT_BOUNDARY, ...Object.keys(MUTATIONS)];

/** Breaks one of the files in one to five ways: by its structure first, where it has one, then by its bytes. */
export function mutate(seeds: readonly Seed[], random: Random): Mutant {
  const seed = random.pick(seeds);
  const structured = random.below(4) > 0 ? restructured(seed, random.pick(seeds), random) : undefined;
  const ways = structured?.ways ?? [];
  let bytes: Buffer = structured?.bytes ?? Buffer.from(seed.bytes);
  // A file whose structure was changed usually stays whole, so that it is read to its end.
  const most = structured === undefined ? 1 + random.below(3) : Math.max(0, random.below(5) - 2);
  const names = Array.from({ length: most }, () => random.pick(Object.keys(MUTATIONS)));
  for (const name of names) {
    if (bytes.length > 0) bytes = Buffer.from((MUTATIONS[name] as Mutation)(bytes, seed, random, seeds));
  }
  const all = [...ways, ...names];
  return { story: `${seed.name}: ${all.join(', ')}`, bytes, ways: all };
}

/** Returns undefined where a seed is too broken to have a structure, or the result cannot be written. */
function restructured(seed: Seed, other: Seed, random: Random): { bytes: Buffer; ways: string[] } | undefined {
  const [draft, donor] = [draftOf(seed), draftOf(other)];
  if (draft === undefined) return undefined;
  const ways = Array.from({ length: 1 + random.below(3) }, () => random.pick(Object.keys(CHANGES)));
  for (const way of ways) CHANGES[way]?.(draft, random, donor ?? draft);
  try {
    const { bytes, boundaries } = writeDraft(draft);
    if (random.below(8) > 0) return { bytes, ways };
    const end = random.pick(boundaries) + random.below(3) - 1;
    return { bytes: bytes.subarray(0, end), ways: [...ways, CUT_AT_BOUNDARY] };
  } catch {
    return undefined;
  }
}

function draftOf(seed: Seed): Draft | undefined {
  try {
    return readDraft(seed.bytes);
  } catch {
    return undefined;
  }
}
