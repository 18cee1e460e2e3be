/** Small vocabularies for the tests, read from a file like a real one, and real ones from files. */

import { decodeHeader } from '../../src/gguf/decode.js';
import { decodeAt, type RandomAccess } from '../../src/io/decode-loop.js';
import { openFile } from '../../src/io/file.js';
import { memorySource } from '../../src/io/memory-source.js';
import { readVocabulary, type Vocabulary } from '../../src/tokenizer/read-vocabulary.js';
import { makeTokenizer, type Tokenizer } from '../../src/tokenizer/tokenizer.js';
import { type Description, type Entry, list, writeGguf } from '../support/gguf-writer.js';

export interface VocabularyDescription {
  model: string;
  pre?: string;
  /** Pieces, or pieces with their kind. */
  tokens: readonly (string | readonly [string, number])[];
  scores?: readonly number[];
  merges?: readonly string[];
  more?: readonly Entry[];
  file?: Pick<Description, 'version' | 'littleEndian'>;
}

export function vocabularyOf({ model, pre, tokens, scores, merges, more, file }: VocabularyDescription): Vocabulary {
  const metadata: Entry[] = [{ key: 'tokenizer.ggml.model', type: 'string', value: model }];
  if (pre !== undefined) metadata.push({ key: 'tokenizer.ggml.pre', type: 'string', value: pre });
  const pieces = tokens.map((token) => (typeof token === 'string' ? token : token[0]));
  const kinds = tokens.map((token) => (typeof token === 'string' ? 1 : token[1]));
  metadata.push(list('tokenizer.ggml.tokens', 'string', pieces), list('tokenizer.ggml.token_type', 'i32', kinds));
  if (scores !== undefined) metadata.push(list('tokenizer.ggml.scores', 'f32', scores));
  if (merges !== undefined) metadata.push(list('tokenizer.ggml.merges', 'string', merges));
  return fromSource(memorySource(writeGguf({ ...file, metadata: [...metadata, ...(more ?? [])] })));
}

export function vocabularyIn(path: string): Vocabulary {
  return fromSource(openFile(path));
}

export function tokenizerOf(description: VocabularyDescription): Promise<Tokenizer> {
  return makeTokenizer(vocabularyOf(description));
}

/** The pieces that a text is split into. */
export function piecesOf(tokenizer: Tokenizer, text: string): string[] {
  return tokenizer.encode(text).map(({ piece }) => piece);
}

function fromSource(source: RandomAccess): Vocabulary {
  return readVocabulary({ file: decodeAt(source, (window) => decodeHeader(window)), source });
}
