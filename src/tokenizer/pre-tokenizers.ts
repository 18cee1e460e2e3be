/**
 * How text is split into words before byte pairs are merged, by the name in `tokenizer.ggml.pre`: the rules of llama.cpp's
 * llm_tokenizer_bpe (src/llama-vocab.cpp, 2026), each applied to the result of the one before. A rule applies to the characters themselves
 * or, if it contains classes (`\p{L}`), to their classes; see cut-words.ts.
 */

import {
  ANY_CASE,
  BLOOM,
  CASED_LETTERS,
  CJK_AND_KANA,
  CJK_AND_MORE,
  type Cut,
  cased,
  characters,
  classes,
  DEEPSEEK_3,
  deepseek3,
  GPT_2,
  GPT_4O,
  HALVING_SPACES,
  KIMI,
  LINES,
  LLAMA_3,
  lettersAndMarks,
  llama3,
  NOT_LOWER,
  NOT_UPPER,
  OTHERS,
  QWEN_2,
  SPACES,
  UP_TO_3_DIGITS,
  WORDS,
} from './word-patterns.js';

export interface PreTokenizer {
  cuts: readonly Cut[];
  /** A word that is a piece becomes that token, regardless of the merges. */
  ignoreMerges?: true;
  /** Pieces are plain text rather than GPT-2's characters for bytes: spaces are written as `▁` and bytes as `<0x0A>`. */
  plainText?: true;
  /** Spaces are first replaced by `▁`. */
  escapesSpaces?: true;
  /** A run of line feeds that is a piece becomes that token. */
  wholeLineFeeds?: true;
}

const ROWS: readonly (PreTokenizer & { names: string })[] = [
  {
    names: 'default',
    cuts: [classes('[\\p{P}$+<=>^~|]+'), GPT_2, classes('\\p{N}+'), characters('[0-9][0-9][0-9]')],
  },
  {
    names: 'llama3 llama-v3 llama-bpe falcon3 falcon-h1 pixtral midm-2.0 lfm2 jina-v5-nano',
    cuts: [LLAMA_3],
    ignoreMerges: true,
  },
  { names: 'dbrx smaug-bpe glm4 chatglm-bpe', cuts: [LLAMA_3] },
  {
    names: 'jais-2',
    cuts: [
      classes(`${ANY_CASE}|${WORDS}|\\p{N}{1,3}|${OTHERS}|\\s*[\\r\\n]+|${HALVING_SPACES}|\\s{1,2}(?!\\S)|\\s{1}`),
    ],
  },
  { names: 'minicpm5', cuts: [UP_TO_3_DIGITS, llama3('\\p{N}+')], ignoreMerges: true },
  {
    names: 'deepseek-llm',
    cuts: [
      characters('[\\r\\n]'),
      characters(`\\s?[${CASED_LETTERS}]+`),
      characters('\\s?[!-/:-~\\uff01-\\uff0f\\uff1a-\\uff5e\\u2018-\\u201f\\u3000-\\u3002]+'),
      'space at the end',
      CJK_AND_MORE,
      classes('\\p{N}+'),
    ],
  },
  {
    names: 'deepseek-coder',
    cuts: [characters('[\\r\\n]'), classes('\\s?\\p{L}+'), classes('\\s?\\p{P}+'), CJK_AND_MORE, classes('\\p{N}')],
  },
  { names: 'deepseek-v3 hunyuan-dense joyai-llm hy_v4', cuts: [UP_TO_3_DIGITS, CJK_AND_KANA, DEEPSEEK_3] },
  {
    names: 'spark2_5',
    cuts: [
      UP_TO_3_DIGITS,
      CJK_AND_KANA,
      deepseek3(' ?[\\p{P}\\p{S}]+|[\\r\\n]', '\\s+(?!\\S)|\\s+'),
      classes('\\p{N}'),
    ],
  },
  {
    names: 'youtu',
    cuts: [
      characters(
        '[\\uac00-\\ud7a3\\u3131-\\u318e]+|[\\uff01\\u2026\\u201c\\u201d\\u2018\\u2019\\u2014\\uff1a\\uff1b\\uff0c' +
          '\\u3001-\\u303f\\ufe30-\\ufe4f]+|[\\u3105-\\u312f]+|[\\u4e00-\\u9fa5\\u3040-\\u30ff]+',
      ),
      lettersAndMarks('\\p{N}'),
    ],
    ignoreMerges: true,
  },
  {
    names: 'falcon',
    cuts: [classes('[\\p{P}$+<=>^~|`]+'), GPT_2, characters('[0-9][0-9][0-9]')],
  },
  {
    names: 'starcoder refact command-r smollm codeshell exaone minerva-7b mellum2',
    cuts: [classes('\\p{N}'), GPT_2],
  },
  {
    names:
      'gpt-2 phi-2 jina-es jina-de gigachat jina-v2-es jina-v2-de a.x-4.0 mellum modern-bert jina-v1-en jina-v2-code ' +
      'roberta-bpe exaone4 mpt olmo jais trillion granite-docling',
    cuts: [GPT_2],
  },
  {
    names: 'qwen2 deepseek-r1-qwen kormo f2llmv2 megrez stablelm2 hunyuan solar-open grok-2',
    cuts: [QWEN_2],
  },
  {
    names: 'qwen35',
    cuts: [
      classes(
        `${ANY_CASE}|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|${SPACES}`,
      ),
    ],
  },
  { names: 'ufakzeka', cuts: [classes(`${WORDS}|\\p{N}|${OTHERS}|${SPACES}`)] },
  { names: 'poro-chat bloom gpt3-finnish', cuts: [BLOOM] },
  { names: 'viking', cuts: [BLOOM, classes('\\p{N}')] },
  { names: 'tekken', cuts: [cased(NOT_LOWER, NOT_UPPER, '', '\\p{N}')], ignoreMerges: true },
  { names: 'gpt-4o llama4 kanana2 talkie minimax-m2', cuts: [GPT_4O] },
  {
    names: 'granite-embed-multi-97m',
    cuts: [cased('[\\xd2\\xd4A-Z]', '[\\xd2\\xd4a-z]', `${ANY_CASE}?`, '\\p{N}{1,3}')],
    ignoreMerges: true,
  },
  { names: 'tiny_aya cohere2moe', cuts: ['groups of digits', lettersAndMarks('\\p{N}{1,3}')] },
  { names: 'kimi-k2', cuts: [{ over: 'han', pattern: KIMI }] },
  { names: 'superbpe', cuts: [classes('\\p{N}+'), 'thousands'] },
  {
    names: 'bailingmoe bailingmoe2 llada-moe',
    cuts: [
      classes(`'(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])|${WORDS}|\\p{N}|${OTHERS}|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+`),
    ],
  },
  {
    names: 'seed-coder',
    cuts: [classes(`${ANY_CASE}|${WORDS}|\\p{N}| ?[^\\s\\p{L}\\p{N}\\r\\n]+|${SPACES}`)],
  },
  {
    names: 'exaone-moe',
    cuts: [
      classes(
        `${ANY_CASE}|[^\\r\\n\\p{L}\\p{N}]?(?:\\p{L}\\p{M}*(?: \\p{L}\\p{M}*)*)+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]?|` +
          '\\s*[\\r\\n]|\\s+(?!\\S)|\\s+',
      ),
    ],
  },
  {
    names: 'afmoe',
    cuts: [
      'groups of digits',
      characters(
        '[\\u4e00-\\u9fff\\u3400-\\u4dbf\\u8c48-\\ufaff\\u3040-\\u30ff\\uff65-\\uff9f\\u2f00-\\u2fdf\\u0e40-\\u0eff' +
          '\\u1780-\\u17ff\\u1000-\\u109f\\uaa60-\\uaa7f\\ua9e0-\\ua9ff\\u1100-\\u11ff]+',
      ),
      DEEPSEEK_3,
    ],
  },
  { names: 'laguna', cuts: [LINES, QWEN_2] },
  {
    names: 'chameleon',
    cuts: [
      characters('<sentinel:[0-9]+>'),
      characters('IMGIMG[A-I]{1,4}Z'),
      characters('[\\t\\n]|    |  '),
      classes('\\p{N}'),
      classes('[\\p{P}!-/:-@\\[-`{-~]'),
      GPT_2,
    ],
  },
  {
    names: 'gemma4 granite-embed-multi-311m',
    cuts: [LINES],
    plainText: true,
    escapesSpaces: true,
    wholeLineFeeds: true,
  },
  { names: 'sarvam-moe', cuts: [LINES], plainText: true, escapesSpaces: true },
  { names: 'whitespace', cuts: [characters('\\S+')], plainText: true },
];

let byName: Map<string, PreTokenizer> | undefined;

/** The rules for a name; undefined for a name that llama.cpp does not know. A file without a name uses `default`. */
export function preTokenizerOf(name: string): PreTokenizer | undefined {
  byName ??= new Map(ROWS.flatMap((row) => row.names.split(' ').map((one) => [one, row])));
  return byName.get(name || 'default');
}
