/**
 * Recognizes the names that download and split programs give to files: parts of one file, and unfinished files. The bytes of such a file do
 * not show whether data is lost or still to come; the name does.
 */

interface PartName {
  /** The name of the file that the parts form. */
  whole: string;
  /** The number as written: `1`, `001`, `a`, `aa`. */
  part: string;
  /** The number of parts, if the name states it. */
  of: number | null;
}

/** Names as written by publishers and by the system's `split` command: `.part1of2`, `-split-a`, `.001`, `.partaa`, `.gguf.aa`. */
const PARTS: readonly RegExp[] = [
  /^(.+\.gguf)[-._]?part[-._]?(\d{1,4})[-._]?of[-._]?(\d{1,4})$/i,
  /^(.+)[-._]part[-._]?(\d{1,4})[-._]?of[-._]?(\d{1,4})\.gguf$/i,
  /^(.+\.gguf)[-._]?(?:part|split|chunk)[-._]?(\d{1,4}|[a-z]{1,3})$/i,
  /^(.+\.gguf)\.(\d{2,4})$/i,
  /^(.+\.gguf)[-._]?(a[a-z]{1,2})$/i,
];

/** Parses the name of a part; null for other names. Only names of a usual length are examined. */
function readPartName(fileName: string): PartName | null {
  if (fileName.length > MOST_CHARACTERS) return null;
  for (const pattern of PARTS) {
    const [, whole, part, of] = pattern.exec(fileName) ?? [];
    if (whole === undefined || part === undefined) continue;
    const name = /\.gguf$/i.test(whole) ? whole : `${whole}.gguf`;
    return { whole: name, part, of: of === undefined ? null : Number(of) };
  }
  return null;
}

/** Longest name of a file on common systems. */
const MOST_CHARACTERS = 255;

/** Says what to do with a part. */
function joinWords({ whole, of }: PartName): string {
  const all = of === null ? 'all parts' : `all ${of} parts`;
  return `nothing is lost: join ${all} in their order into ${whole} (cat, or copy /b on Windows)`;
}

/**
 * Suffixes that programs append to the name of a file while they download it. A control file exists next to a file that already has its
 * final name and full size, and is deleted after the last byte.
 */
export const UNFINISHED_SUFFIXES = [
  { suffix: '.aria2', by: 'aria2', control: true },
  { suffix: '.part', by: 'a browser or a download manager', control: false },
  { suffix: '.incomplete', by: 'the library of the Hugging Face hub', control: false },
  { suffix: '.crdownload', by: 'Chrome', control: false },
  { suffix: '.downloadInProgress', by: 'llama.cpp', control: false },
  { suffix: '.partial', by: 'a download manager', control: false },
  { suffix: '-partial', by: 'Ollama', control: false },
  { suffix: '.download', by: 'Safari', control: false },
  { suffix: '.opdownload', by: 'Opera', control: false },
  { suffix: '.!qB', by: 'qBittorrent', control: false },
] as const;

/** A file that exists next to another one while that is downloaded. */
export interface UnfinishedMark {
  fileName: string;
  by: string;
  /** Whether it is a control file: while it exists, the other file is not finished, whatever its size. */
  control: boolean;
}

/** The name of the finished file, and the program, if the name of a file shows an unfinished download; otherwise null. */
export function unfinishedName(fileName: string): { whole: string; by: string } | null {
  const found = UNFINISHED_SUFFIXES.find(
    ({ suffix, control }) => !control && fileName.toLowerCase().endsWith(suffix.toLowerCase()),
  );
  return found === undefined ? null : { whole: fileName.slice(0, -found.suffix.length), by: found.by };
}

/** What to do with a file whose name shows that it is a part or unfinished; undefined for all other names. */
export function remedyByName(fileName: string): string | undefined {
  const part = readPartName(fileName);
  if (part !== null) return joinWords(part);
  const unfinished = unfinishedName(fileName);
  return unfinished === null
    ? undefined
    : `its name shows that ${unfinished.by} has not finished it: let the download finish, or start it again`;
}

/** Sizes at which programs and file systems with 32-bit lengths stop. */
const LIMITS: ReadonlyMap<number, string> = new Map([
  [2 ** 31 - 1, '2^31 − 1'],
  [2 ** 31, '2^31'],
  [0x7ffff000, '2^31 − 4096'],
  [2 ** 32 - 2, '2^32 − 2'],
  [2 ** 32 - 1, '2^32 − 1'],
  [2 ** 32, '2^32'],
]);

/**
 * Describes the 32-bit limit at which a file was cut; undefined if there is no sign of one. A multiple of 4 GiB missing from a file also
 * shows that its length was stored in 32 bits.
 */
export function limitOf32Bits(size: number, needed: number): string | undefined {
  const limit = LIMITS.get(size);
  if (limit !== undefined) return `the file has ${limit} bytes`;
  const missing = needed - size;
  return missing > 0 && missing % 2 ** 32 === 0 ? 'exactly a multiple of 2^32 bytes is missing' : undefined;
}
