/**
 * Text to the ids that llama.cpp's llama_tokenize gives for it, without special tokens added and without control tokens that are
 * written out in the text. First the tokens that are always found in a text, then, between them, the kind of tokenizer that the
 * file names.
 */

import { hasNoTokens } from '../model/tokenizers.js';
import type { Encode } from './encoder.js';
import { decode, pieceText } from './piece-text.js';
import type { Vocabulary } from './read-vocabulary.js';
import { TokenizerError } from './tokenizer-error.js';
import { fragmentsOf, writtenTokens } from './written-tokens.js';

export interface Token {
  id: number;
  /** As it stands in the file. */
  piece: string;
}

export interface Tokenizer {
  /** Throws TokenizerError for a text longer than MAX_TEXT_LENGTH. */
  encode(text: string): Token[];
  /** The text of tokens, without control tokens. */
  decode(ids: readonly number[]): string;
  /** The piece of a token as it reads; undefined where no token has the id. */
  pieceText(id: number): string | undefined;
  /** The id of a piece as it stands in the file; undefined where no token has it. */
  idOf(piece: string): number | undefined;
}

/** Longest text that is tokenized, in UTF-16 code units: a long chapter, and some seconds' work where no word ends. */
export const MAX_TEXT_LENGTH = 256 * 1024;

/**
 * Longest piece of a vocabulary that text is tokenized with, in UTF-16 code units: the longest of published ones are 512 spaces. All
 * ways to take a text apart look at each place as far ahead as the pieces reach.
 */
const MAX_PIECE_LENGTH = 1024;

/** A kind of tokenizer is loaded when a file needs it. */
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

/** The tokenizer `test` looks at no piece: each chunk of the text is hashed, and the hash taken modulo the number of tokens. */
function chunkHashes(text: string, size: number): number[] {
  if (size === 0) throw new TokenizerError('unusable-vocabulary', 'its vocabulary has no tokens');
  const bytes = Buffer.from(text);
  return Array.from({ length: Math.ceil(bytes.length / CHUNK_BYTES) }, (_, chunk) => {
    const own = bytes.subarray(chunk * CHUNK_BYTES, (chunk + 1) * CHUNK_BYTES);
    return own.reduce((hash, byte) => hash * 31 + byte, 0) % size;
  });
}

/** Throws TokenizerError for a vocabulary that cannot be tokenized with; the ids of its tokens can still be looked up. */
export async function makeTokenizer(vocabulary: Vocabulary): Promise<Tokenizer> {
  const kind = Object.hasOwn(KINDS, vocabulary.model) ? KINDS[vocabulary.model] : undefined;
  if (kind === undefined) {
    const { model } = vocabulary;
    if (hasNoTokens(model)) throw new TokenizerError('no-vocabulary', `its tokenizer ${model} has no vocabulary`);
    const message =
      model === '' ? 'the file names no tokenizer' : `its tokenizer ${JSON.stringify(model)} is not known`;
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
    const message = `token ${id} of its vocabulary has ${length} characters; up to ${MAX_PIECE_LENGTH} are tokenized with`;
    throw new TokenizerError('unusable-vocabulary', message);
  }
}

/** Lone surrogates, which have no UTF-8, become U+FFFD. */
function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, '\ufffd');
}
