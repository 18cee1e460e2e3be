/**
 * The class of a character in llama.cpp (src/unicode-data.cpp, generated from Unicode 15.1): letter, number, punctuation, mark, symbol,
 * control or none. The JavaScript engine knows a newer Unicode version; characters assigned since then get no class, so that text is split
 * the same way on every engine.
 */

export const CLASSES = {
  none: 1,
  letter: 2,
  number: 3,
  punctuation: 4,
  mark: 5,
  symbol: 6,
  control: 7,
  separator: 8,
} as const;
type ClassNumber = (typeof CLASSES)[keyof typeof CLASSES];

/** The test for each class number. */
const TESTS: readonly (readonly [ClassNumber, RegExp])[] = [
  [CLASSES.letter, /\p{L}/u],
  [CLASSES.number, /\p{N}/u],
  [CLASSES.punctuation, /\p{P}/u],
  [CLASSES.mark, /\p{M}/u],
  [CLASSES.symbol, /\p{S}/u],
  [CLASSES.separator, /\p{Z}/u],
  [CLASSES.control, /[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/u],
];

/** Characters assigned in Unicode 16.0 and 17.0, as first and last of each run. */
const ASSIGNED_LATER = runs(
  '88f 897 c5c cdc 1acf-1add 1ae0-1aeb 1b4e-1b4f 1b7f 1c89-1c8a 20c1 2427-2429 2b96 31e4-31e5 a7cb-a7cf a7d2 ' +
    'a7d4 a7da-a7dc a7f1 fbc3-fbd2 fd90-fd91 fdc8-fdce 105c0-105f3 10940-10959 10d40-10d65 10d69-10d85 10d8e-10d8f 10ec2-10ec7 ' +
    '10ed0-10ed8 10efa-10efc 11380-113e2 116d0-116e3 11b60-11b67 11bc0-11be1 11bf0-11bf9 11db0-11ddb 11de0-11de9 11f5a ' +
    '13460-143fa 16100-16139 16d40-16d79 16ea0-16eb8 16ebb-16ed3 16ff2-16ff6 187f8-187ff 18cff 18d09-18d1e 18d80-18df2 ' +
    '1cc00-1ccfc 1cd00-1ceb3 1ceba-1ced0 1cee0-1cef0 1e5d0-1e5fa 1e5ff 1e6c0-1e6de 1e6e0-1e6f5 1e6fe-1e6ff 1f6d8 1f777-1f77a ' +
    '1f8b2-1f8bb 1f8c0-1f8c1 1f8d0-1f8d8 1fa54-1fa57 1fa89-1fa8a 1fa8e-1fa8f 1fabe 1fac6 1fac8 1facd 1fadc 1fadf 1fae9-1faea ' +
    '1faef 1fbcb-1fbef 1fbfa 2b73a-2b73f 2cea2-2cead 323b0-33479',
);

const WHITESPACE: ReadonlySet<number> = new Set(
  runs('9-d 20 85 a0 1680 2000-200a 2028-2029 202f 205f 3000').flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, i) => first + i),
  ),
);

function runs(list: string): [number, number][] {
  return list.split(' ').map((run) => {
    const [first = '', last = first] = run.split('-');
    return [Number.parseInt(first, 16), Number.parseInt(last, 16)];
  });
}

/** Cache by code point; 0 if not yet determined. */
let known: Uint8Array | undefined;

/** The class of a code point, one of CLASSES. */
export function classOf(codePoint: number): ClassNumber {
  known ??= new Uint8Array(0x110000);
  if (known[codePoint] === 0) known[codePoint] = classify(codePoint);
  return known[codePoint] as ClassNumber;
}

function classify(codePoint: number): ClassNumber {
  if (isAssignedLater(codePoint)) return CLASSES.none;
  const character = String.fromCodePoint(codePoint);
  return TESTS.find(([, test]) => test.test(character))?.[0] ?? CLASSES.none;
}

function isAssignedLater(codePoint: number): boolean {
  return codePoint >= 0x88f && ASSIGNED_LATER.some(([first, last]) => codePoint >= first && codePoint <= last);
}

export function isWhitespace(codePoint: number): boolean {
  return WHITESPACE.has(codePoint);
}

/** The lower case of a code point; the first character if there are several. */
export function lowerCase(codePoint: number): number {
  if (codePoint < 0x80) return codePoint >= 0x41 && codePoint <= 0x5a ? codePoint + 32 : codePoint;
  if (isAssignedLater(codePoint)) return codePoint;
  return String.fromCodePoint(codePoint).toLowerCase().codePointAt(0) as number;
}

/** The first code point of the canonical decomposition: a letter without its accents. */
export function baseCharacter(codePoint: number): number {
  if (codePoint < 0x80 || isAssignedLater(codePoint)) return codePoint;
  return String.fromCodePoint(codePoint).normalize('NFD').codePointAt(0) as number;
}

const HAN = runs('3400-4dbf 4e00-9fff f900-faff 20000-2a6df 2a700-2b73f 2b740-2ceaf 2ceb0-2ebef 2f800-2fa1f');

/** Whether a code point is in the blocks of Chinese characters listed in llama.cpp's rule for Kimi K2. */
export function isHan(codePoint: number): boolean {
  return HAN.some(([first, last]) => codePoint >= first && codePoint <= last);
}
