/**
 * What programs that fetch and cut files write into their names: parts of one file, and files that are not finished. The names say what
 * the bytes cannot: that nothing is lost, or that more is to come.
 */

interface PartName {
  /** The file that the parts make together. */
  whole: string;
  /** Its number as it is written: `1`, `001`, `a`, `aa`. */
  part: string;
  /** How many there are, where the name says it. */
  of: number | null;
}

/** As publishers and `split` of the system write them. `.part1of2`, `-split-a`, `.001`, `.partaa`, `.gguf.aa`. */
const PARTS: readonly RegExp[] = [
  /^(.+\.gguf)[-._]?part[-._]?(\d{1,4})[-._]?of[-._]?(\d{1,4})$/i,
  /^(.+)[-._]part[-._]?(\d{1,4})[-._]?of[-._]?(\d{1,4})\.gguf$/i,
  /^(.+\.gguf)[-._]?(?:part|split|chunk)[-._]?(\d{1,4}|[a-z]{1,3})$/i,
  /^(.+\.gguf)\.(\d{2,4})$/i,
  /^(.+\.gguf)[-._]?(a[a-z]{1,2})$/i,
];

/** What the name of a part says; null for other names. Only names of a usual length are looked at. */
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

/** Names of files on the systems in use are no longer. */
const MOST_CHARACTERS = 255;

/** What to do with a part. */
function joinWords({ whole, of }: PartName): string {
  const all = of === null ? 'all parts' : `all ${of} parts`;
  return `nothing is lost: join ${all} in their order into ${whole} (cat, or copy /b on Windows)`;
}

/**
 * What programs append to the name of a file while they fetch it. A control file stands beside a file that already has its own name and
 * its full size, and goes away with the last byte.
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

/** The file that stands beside another one while it is fetched. */
export interface UnfinishedMark {
  fileName: string;
  by: string;
  /** Whether it is a control file: as long as it is there, the other file is not finished, whatever its size. */
  control: boolean;
}

/** What the own name of a file says of a download that is not finished; null where it says nothing. */
export function unfinishedName(fileName: string): { whole: string; by: string } | null {
  const found = UNFINISHED_SUFFIXES.find(
    ({ suffix, control }) => !control && fileName.toLowerCase().endsWith(suffix.toLowerCase()),
  );
  return found === undefined ? null : { whole: fileName.slice(0, -found.suffix.length), by: found.by };
}

/** What to do with a file whose name says that it belongs to others, or is not finished; undefined for all other names. */
export function remedyByName(fileName: string): string | undefined {
  const part = readPartName(fileName);
  if (part !== null) return joinWords(part);
  const unfinished = unfinishedName(fileName);
  return unfinished === null
    ? undefined
    : `its name shows that ${unfinished.by} has not finished it: let the download finish, or start it again`;
}

/** Sizes at which programs and file systems with 32 bits for a length stop. */
const LIMITS: ReadonlyMap<number, string> = new Map([
  [2 ** 31 - 1, '2^31 − 1'],
  [2 ** 31, '2^31'],
  [0x7ffff000, '2^31 − 4096'],
  [2 ** 32 - 2, '2^32 − 2'],
  [2 ** 32 - 1, '2^32 − 1'],
  [2 ** 32, '2^32'],
]);

/**
 * The limit of 32 bits that a file was cut at, in words; undefined where there is no sign of one. A length that was kept in 32 bits also
 * shows in a file that lacks a whole number of 4 GiB.
 */
export function limitOf32Bits(size: number, needed: number): string | undefined {
  const limit = LIMITS.get(size);
  if (limit !== undefined) return `the file has ${limit} bytes`;
  const missing = needed - size;
  return missing > 0 && missing % 2 ** 32 === 0 ? 'exactly a multiple of 2^32 bytes is missing' : undefined;
}
