/** Converts a word, which is a token id or a text, to tokens. */

import { UsageError } from '../explained-error.js';
import { hasNoTokens } from '../model/tokenizers.js';
import { tokenText } from './piece-text.js';
import { type OpenHeader, readVocabulary, type Vocabulary } from './read-vocabulary.js';
import { makeTokenizer } from './tokenizer.js';
import { TokenizerError } from './tokenizer-error.js';

/** How to interpret the word; `either`: as an id if there is such a token, else as a text. */
export type ReadAs = 'text' | 'id' | 'either';

export interface TokensOfWord {
  readAs: 'text' | 'id';
  ids: readonly number[];
}

/** A vocabulary, or why there is no usable one. */
export type FoundVocabulary = { vocabulary: Vocabulary } | { missing: TokenizerError };

/** What a file states about a token. */
export interface ReadToken {
  id: number;
  /** Its text; null, like the following, if the file has no vocabulary. */
  piece: string | null;
  /** The piece as spelled in the file. */
  stored: string | null;
  /** A number of `tokenizer.ggml.token_type`. */
  kind: number | null;
}

/** The vocabulary of a model, or why there is no usable one. Its pieces are read here, its other lists on demand. */
export function vocabularyOf(header: OpenHeader): FoundVocabulary {
  try {
    const vocabulary = readVocabulary(header);
    if (hasNoTokens(vocabulary.model)) {
      return { missing: new TokenizerError('no-vocabulary', `its tokenizer ${vocabulary.model} has no vocabulary`) };
    }
    // Reads the pieces now, so that an unusable list shows here rather than in the middle of the work.
    void vocabulary.pieces;
    return { vocabulary };
  } catch (error) {
    if (error instanceof TokenizerError) return { missing: error };
    throw error;
  }
}

/**
 * @param rows Number of rows of the embedding table; 0 if there is none.
 * @throws UsageError for an id that no token has, and TokenizerError for a text that cannot be tokenized.
 */
export async function tokensOfWord(
  word: string,
  as: ReadAs,
  found: FoundVocabulary,
  rows: number,
): Promise<TokensOfWord> {
  const most = Math.max('vocabulary' in found ? found.vocabulary.size : 0, rows);
  const id = /^(0|[1-9]\d{0,8})$/.test(word) ? Number(word) : undefined;
  if (as !== 'text' && id !== undefined && id < most) return { readAs: 'id', ids: [id] };
  if (as === 'id' || (id !== undefined && 'missing' in found)) {
    const message = most === 0 ? 'there are no tokens' : `there is no token ${word}: ids go from 0 to ${most - 1}`;
    throw new UsageError('no-such-token', message);
  }
  if ('missing' in found) {
    // Without a table, ids cannot be looked up either.
    if (rows === 0) throw new UsageError(found.missing.code, found.missing.message);
    throw found.missing;
  }
  const tokenizer = await makeTokenizer(found.vocabulary);
  return { readAs: 'text', ids: tokenizer.encode(word).map((token) => token.id) };
}

/** A token for a report: its text, its piece in the file, and its kind. */
export function describeToken(id: number, found: FoundVocabulary): ReadToken {
  if ('missing' in found || id >= found.vocabulary.size) return { id, piece: null, stored: null, kind: null };
  const { vocabulary } = found;
  return {
    ...{ id, piece: tokenText(vocabulary, id), stored: vocabulary.pieces[id] ?? null },
    kind: vocabulary.kindOf(id),
  };
}
