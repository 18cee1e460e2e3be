/**
 * The patterns that the rules of pre-tokenizers.ts consist of: facts of llama.cpp (src/llama-vocab.cpp, src/unicode.cpp, 2026), most of
 * them from the original tokenizers. `\p{L}` and the like are classes; patterns that could take quadratic time on a long run are rewritten
 * to equivalent ones.
 */

/** A pattern over classes, a pattern over characters, or a rule that no pattern expresses in linear time. */
export type Cut =
  | { over: 'classes' | 'han' | 'characters'; pattern: string }
  | 'groups of digits'
  | 'thousands'
  | 'space at the end';

export const classes = (pattern: string): Cut => ({ over: 'classes', pattern });
export const characters = (pattern: string): Cut => ({ over: 'characters', pattern });

const CONTRACTIONS = "'s|'t|'re|'ve|'m|'ll|'d";
export const ANY_CASE = "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])";
/** Letters other than a-z, and other than A-Z, in class signs: `\xd2` is any letter beyond ASCII, `\xd4` any mark. */
export const NOT_LOWER = '[\\xd2A-Z]';
export const NOT_UPPER = '[\\xd2a-z]';
export const SPACES = '\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';
export const CJK_AND_KANA = characters('[\\u4e00-\\u9fa5\\u3040-\\u30ff]+');
export const CJK_AND_MORE = characters('[\\u0800-\\u9fa5\\uac00-\\ud7ff]+');
export const LINES = characters('[^\\n]+|\\n+');
const ASCII_PUNCTUATION = '[!-/:-@\\[-`{-~]';

/**
 * The words of GPT-2, and those of Llama 3 and related tokenizers: an optional character before the letters, and digits `{1,3}` or one by
 * one.
 */
export const GPT_2 = classes(`${CONTRACTIONS}| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+`);
export const WORDS = '[^\\r\\n\\p{L}\\p{N}]?\\p{L}+';
export const OTHERS = ' ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*';
export const llama3 = (digits: string) => classes(`${ANY_CASE}|${WORDS}|${digits}|${OTHERS}|${SPACES}`);
export const LLAMA_3 = llama3('\\p{N}{1,3}');
export const QWEN_2 = llama3('\\p{N}');

/** The words of tokenizers since GPT-4o: upper-case letters, then lower-case letters, then a contraction. */
export const cased = (upper: string, lower: string, contraction: string, rest: string) => {
  const before = '[^\\r\\n\\p{L}\\p{N}]?';
  const words = `${before}${upper}*${lower}+${contraction}|${before}${upper}+${lower}*${contraction}`;
  return classes(`${words}|${rest}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|${SPACES}`);
};
export const GPT_4O = cased(NOT_LOWER, NOT_UPPER, `${ANY_CASE}?`, '\\p{N}{1,3}');
export const lettersAndMarks = (digits: string) =>
  classes(`[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+${ANY_CASE}?|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|${SPACES}`);

/** The words of DeepSeek V3: punctuation is joined with the ASCII letters that follow it. */
export const deepseek3 = (others: string, spaces = SPACES) =>
  classes(`${ASCII_PUNCTUATION}[A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+|${others}|${spaces}`);
export const DEEPSEEK_3 = deepseek3(' ?[\\p{P}\\p{S}]+[\\r\\n]*');
export const UP_TO_3_DIGITS = classes('\\p{N}{1,3}');

/**
 * Letters with upper and lower case as listed by DeepSeek's first tokenizer; `\xb5` also represents those beyond the first 65,536
 * characters.
 */
export const CASED_LETTERS =
  'A-Za-z\\xb5\\xc0-\\xd6\\xd8-\\xf6\\xf8-\\u01ba\\u01bc-\\u01bf\\u01c4-\\u0293\\u0295-\\u02af\\u0370-\\u0373\\u0376\\u0377' +
  '\\u037b-\\u037d\\u037f\\u0386\\u0388-\\u038a\\u038c\\u038e-\\u03a1\\u03a3-\\u03f5\\u03f7-\\u0481\\u048a-\\u052f\\u0531-\\u0556' +
  '\\u10a0-\\u10c5\\u13a0-\\u13f5\\u13f8-\\u13fd\\u1c90-\\u1cba\\u1cbd-\\u1cbf\\u1d00-\\u1d2b\\u1d6b-\\u1d77\\u1d79-\\u1d9a' +
  '\\u1e00-\\u1f15\\u1f18-\\u1f1d\\u1f20-\\u1f45\\u1f48-\\u1f4d\\u1f50-\\u1f57\\u1f59\\u1f5b\\u1f5d\\u1f5f-\\u1f7d\\u1f80-\\u1fb4' +
  '\\u1fb6-\\u1fbc\\u1fbe\\u1fc2-\\u1fc4\\u1fc6-\\u1fcc\\u1fd0-\\u1fd3\\u1fd6-\\u1fdb\\u1fe0-\\u1fec\\u1ff2-\\u1ff4\\u1ff6-\\u1ffc' +
  '\\u2102\\u2107\\u210a-\\u2113\\u2115\\u2119-\\u211d\\u2124\\u2126\\u2128\\u212a-\\u212d\\u212f-\\u2134\\u2139\\u213c-\\u213f' +
  '\\u2145-\\u2149\\u214e\\u2183\\u2184\\u2c00-\\u2c7b\\u2c7e-\\u2ce4\\u2ceb-\\u2cee\\u2cf2\\u2cf3\\ua640-\\ua66d\\ua680-\\ua69b' +
  '\\ua722-\\ua76f\\ua771-\\ua787\\ua78b-\\ua78e\\uab70-\\uabbf\\ufb00-\\ufb06\\ufb13-\\ufb17\\uff21-\\uff3a\\uff41-\\uff5a';

/** The letters of that list beyond the first 65,536 characters: first and last of each run. */
export const FAR_CASED_LETTERS: readonly (readonly [number, number])[] = [
  [0x10400, 0x1044f],
  [0x104b0, 0x104d3],
  [0x104d8, 0x104fb],
  [0x10c80, 0x10cb2],
  [0x10cc0, 0x10cf2],
  [0x118a0, 0x118df],
  [0x1e900, 0x1e943],
];

export const BLOOM = characters(' ?[^(\\s|.,!?\\u2026\\u3002\\uff0c\\u3001\\u0964\\u06d4\\u060c)]+');

const KIMI_WORDS = '[^\\r\\n\\p{L}\\p{N}\\xd6]?\\p{L}+';
export const KIMI = `[\\xd6\\xd7]+|${KIMI_WORDS}${ANY_CASE}?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}\\xd6]+[\\r\\n]*|${SPACES}`;

/** Runs of spaces as in Jais 2: 512 at a time, then half of that, and so on. */
export const HALVING_SPACES = [512, 256, 128, 64, 32, 16, 8, 4].map((n) => `\\s{${n}}(?!\\S)`).join('|');
