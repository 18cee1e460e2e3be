/**
 * Converts a prompt to token ids with their texts. The tokens that a model expects around every text (BOS, EOS, [CLS], [SEP]) are added, as
 * llama_tokenize does with add_special; given ids are not changed.
 */

import { tokenText } from './piece-text.js';
import { type OpenHeader, readVocabulary, type Vocabulary } from './read-vocabulary.js';
import { makeTokenizer, type Tokenizer } from './tokenizer.js';
import { TokenizerError } from './tokenizer-error.js';

/** The prompt: a text, or the ids of its tokens. */
export type AskedPrompt = { text: string } | { ids: readonly number[] };

export interface PromptToken {
  id: number;
  /** Its text; null if the file has none. */
  piece: string | null;
}

export interface Prompt {
  /** The given text; null if ids were given. */
  text: string | null;
  tokens: PromptToken[];
  /** The text of a token; null if the file has none. */
  pieceOf(id: number): string | null;
}

/** Throws TokenizerError if a text cannot be tokenized. Does not check whether the model has such ids. */
export async function readPrompt(header: OpenHeader, asked: AskedPrompt): Promise<Prompt> {
  const vocabulary = vocabularyFor(header, asked);
  const pieceOf = (id: number) => (vocabulary === null ? null : tokenText(vocabulary, id));
  const ids = 'ids' in asked ? asked.ids : await encode(vocabulary as Vocabulary, asked.text);
  const text = 'ids' in asked ? null : asked.text;
  return { text, tokens: ids.map((id) => ({ id, piece: pieceOf(id) })), pieceOf };
}

/** Null for a model without a usable vocabulary, for which ids can still be given. */
function vocabularyFor(header: OpenHeader, asked: AskedPrompt): Vocabulary | null {
  const byIds = 'ids' in asked;
  try {
    const vocabulary = readVocabulary(header);
    return byIds && vocabulary.model === 'no_vocab' ? null : vocabulary;
  } catch (error) {
    if (byIds && error instanceof TokenizerError) return null;
    throw error;
  }
}

/** llama.cpp's defaults for each kind of tokenizer, if no key states otherwise (llama_vocab::impl::load). */
const BEGINS: Readonly<Record<string, { add: boolean; id: number }>> = {
  llama: { add: true, id: 1 },
  gpt2: { add: false, id: 11 },
};

/** WordPiece adds [CLS] before every text and [SEP] after it, regardless of the keys for BOS and EOS. */
const [CLS, SEP] = [101, 102];

/** Byte-pair encodings that by default begin every text with a token. */
const BEGINNING_PRE = ['llama3', 'llama-v3', 'llama-bpe', 'falcon3', 'falcon-h1', 'pixtral', 'midm-2.0', 'lfm2'];

async function encode(vocabulary: Vocabulary, text: string): Promise<number[]> {
  const tokenizer: Tokenizer = await makeTokenizer(vocabulary);
  const ids = tokenizer.encode(text).map(({ id }) => id);
  if (ids.length === 0) {
    const message = 'the prompt has no tokens, so there is nothing to compute';
    throw new TokenizerError('empty-prompt', message, 'write a text, such as "Hello world"');
  }
  if (vocabulary.model === 'bert') {
    const around = [vocabulary.specialId('bos') ?? CLS, vocabulary.specialId('seperator') ?? SEP] as const;
    const known = [around[0], ...ids, around[1]].filter((id) => id < vocabulary.size);
    if (known.length > 0) return known;
    throw new TokenizerError('empty-prompt', 'the vocabulary has no token for this text', 'give ids: --tokens 1,2,3');
  }
  const { begin, end } = edgesOf(vocabulary);
  return [...(begin === null ? [] : [begin]), ...ids, ...(end === null ? [] : [end])];
}

/** The tokens added before and after every text; null if none. */
export function edgesOf(vocabulary: Vocabulary): { begin: number | null; end: number | null } {
  const usual = BEGINS[vocabulary.model];
  const begins = vocabulary.flag('add_bos_token', (usual?.add ?? false) || BEGINNING_PRE.includes(vocabulary.pre));
  const first = vocabulary.specialId('bos') ?? usual?.id;
  const ends = vocabulary.flag('add_eos_token', vocabulary.model === 't5');
  return {
    begin: begins && first !== undefined && first < vocabulary.size ? first : null,
    end: ends ? vocabulary.specialId('eos') : null,
  };
}
