/**
 * Converts text to the ids that llama.cpp's llama_tokenize gives for it, without adding special tokens and without recognizing control
 * tokens written in the text. First it finds the tokens that are always recognized in a text; the parts in between go to the kind of
 * tokenizer that the file names.
 */

import { hasNoTokens } from '../model/tokenizers.js';
import type { Encode } from './encoder.js';
import { decode, pieceText } from './piece-text.js';
import type { Vocabulary } from './read-vocabulary.js';
import { TokenizerError } from './tokenizer-error.js';
import { fragmentsOf, writtenTokens } from './written-tokens.js';

export interface Token {
  id: number;
  /** The piece as spelled in the file. */
  piece: string;
}

export interface Tokenizer {
  /** Throws TokenizerError for a text longer than MAX_TEXT_LENGTH. */
  encode(text: string): Token[];
  /** The text of tokens, without control tokens. */
  decode(ids: readonly number[]): string;
  /** The readable piece of a token; undefined if no token has the id. */
  pieceText(id: number): string | undefined;
  /** The id of a piece as spelled in the file; undefined if no token has it. */
  idOf(piece: string): number | undefined;
}

/** Maximum length of a text, in UTF-16 code units: a long chapter, or some seconds of work if no word ends. */
export const MAX_TEXT_LENGTH = 256 * 1024;

/**
 * Maximum length of a piece of a usable vocabulary, in UTF-16 code units: the longest published one is 512 spaces. Tokenizers that compare
 * all splits look ahead at each position as far as the longest piece.
 */
const MAX_PIECE_LENGTH = 1024;

/** Each kind of tokenizer is loaded only when a file needs it. */
const KINDS: Readonly<Record<string, (vocabulary: Vocabulary) => Promise<Encode>>> = {
  llama: async (vocabulary) => (await import('./spm.js')).spmEncoder(vocabulary),
  gpt2: async (vocabulary) => await (await import('./bpe.js')).bpeEncoder(vocabulary),
  gemma4: async (vocabulary) => await (await import('./bpe.js')).bpeEncoder(vocabulary),
  whitespace: async (vocabulary) => await (await import('./bpe-variants.js')).whitespaceEncoder(vocabulary),
  hybriddna: async (vocabulary) => await (await import('./bpe-variants.js')).hybridDnaEncoder(vocabulary),
  bert: async (vocabulary) => (await import('./wordpiece.js')).wordPieceEncoder(vocabulary),
  t5: async (vocabulary) => (await import('./unigram.js')).unigramEncoder(vocabulary),
  rwkv: async (vocabulary) => (await import('./rwkv.js')).rwkvEncoder(vocabulary),
  plamo2: async (vocabulary) => (await import('./plamo2.js')).plamo2Encoder(vocabulary),
  test:
    async ({ size }) =>
    (text) =>
      chunkHashes(text, size),
};

/** Bytes of a text that become one token of the tokenizer `test`. */
const CHUNK_BYTES = 5;

/** The tokenizer `test` uses no pieces: each chunk of the text is hashed, and the id is the hash modulo the number of tokens. */
function chunkHashes(text: string, size: number): number[] {
  if (size === 0) throw new TokenizerError('unusable-vocabulary', 'its vocabulary has no tokens');
  const bytes = Buffer.from(text);
  return Array.from({ length: Math.ceil(bytes.length / CHUNK_BYTES) }, (_, chunk) => {
    const own = bytes.subarray(chunk * CHUNK_BYTES, (chunk + 1) * CHUNK_BYTES);
    return own.reduce((hash, byte) => hash * 31 + byte, 0) % size;
  });
}

/** Throws TokenizerError for an unusable vocabulary; the ids of its tokens can still be looked up. */
export async function makeTokenizer(vocabulary: Vocabulary): Promise<Tokenizer> {
  const kind = Object.hasOwn(KINDS, vocabulary.model) ? KINDS[vocabulary.model] : undefined;
  if (kind === undefined) {
    const { model } = vocabulary;
    if (hasNoTokens(model)) throw new TokenizerError('no-vocabulary', `its tokenizer ${model} has no vocabulary`);
    const message =
      model === '' ? 'the file does not state a tokenizer' : `its tokenizer ${JSON.stringify(model)} is not supported`;
    throw new TokenizerError('unknown-tokenizer', message);
  }
  refuseLongPieces(vocabulary);
  const encodePart = await kind(vocabulary);
  const written = writtenTokens(vocabulary);
  return {
    encode(text) {
      if (text.length > MAX_TEXT_LENGTH) {
        const message = `the text has ${text.length} characters; up to ${MAX_TEXT_LENGTH} are tokenized`;
        throw new TokenizerError('text-too-long', message);
      }
      const tokens: Token[] = [];
      let first = true;
      const append = (id: number) => tokens.push({ id, piece: vocabulary.pieces[id] ?? '' });
      for (const fragment of fragmentsOf(wellFormed(text), written)) {
        if ('id' in fragment) append(fragment.id);
        else for (const id of encodePart(fragment.text, first)) append(id);
        first = 'id' in fragment;
      }
      return tokens;
    },
    decode: (ids) => decode(vocabulary, ids),
    pieceText: (id) => pieceText(vocabulary, id),
    idOf: (piece) => vocabulary.idOf(piece),
  };
}

function refuseLongPieces({ pieces }: Vocabulary): void {
  for (const [id, { length }] of pieces.entries()) {
    if (length <= MAX_PIECE_LENGTH) continue;
    const message = `token ${id} of its vocabulary has ${length} characters; the limit is ${MAX_PIECE_LENGTH}`;
    throw new TokenizerError('unusable-vocabulary', message);
  }
}

/** Lone surrogates, which have no UTF-8, become U+FFFD. */
function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, '\ufffd');
}
