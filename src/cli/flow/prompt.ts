/**
 * What was typed as a prompt → token ids with their texts. The tokens that a model wants around every text are put there, as
 * llama_tokenize does it with add_special; ids that were typed are taken as they are.
 */

import type { PromptToken } from '../../report/attention-schema.js';
import { tokenText } from '../../tokenizer/piece-text.js';
import { type OpenHeader, readVocabulary, type Vocabulary } from '../../tokenizer/read-vocabulary.js';
import { makeTokenizer, type Tokenizer } from '../../tokenizer/tokenizer.js';
import { TokenizerError } from '../../tokenizer/tokenizer-error.js';
import { UsageError } from '../usage-error.js';

export interface Prompt {
  tokens: PromptToken[];
  /** The text of a token; null where the file has none. */
  pieceOf(id: number): string | null;
}

/** Exactly one of the two is given. Throws UsageError, and TokenizerError where a text cannot be cut into tokens. */
export async function readPrompt(
  header: OpenHeader,
  text: string | undefined,
  ids: string | undefined,
): Promise<Prompt> {
  if ((text === undefined) === (ids === undefined)) {
    const message =
      text === undefined ? 'there is no prompt' : '--tokens stands in place of a prompt, and there is one';
    throw new UsageError('bad-prompt', message, 'write "Hello world", or --tokens 1,616,649');
  }
  const vocabulary = vocabularyOf(header, text === undefined);
  const pieceOf = (id: number) => (vocabulary === null ? null : tokenText(vocabulary, id));
  const list = text === undefined ? readIds(ids as string) : await encode(vocabulary as Vocabulary, text);
  return { tokens: list.map((id) => ({ id, piece: pieceOf(id) })), pieceOf };
}

/** A model without a usable vocabulary can still be asked by ids. */
function vocabularyOf(header: OpenHeader, byIds: boolean): Vocabulary | null {
  try {
    const vocabulary = readVocabulary(header);
    return byIds && vocabulary.model === 'no_vocab' ? null : vocabulary;
  } catch (error) {
    if (byIds && error instanceof TokenizerError) return null;
    throw error;
  }
}

/** `1,616,649`. Whether there are such tokens is for the model to say. */
function readIds(text: string): number[] {
  const ids = text.split(',').map((word) => word.trim());
  const wrong = ids.find((id) => !/^\d{1,9}$/.test(id));
  if (wrong === undefined) return ids.map(Number);
  throw new UsageError('bad-tokens', `--tokens: "${wrong}" is no token id`, 'write ids with commas between: 1,616,649');
}

/** What llama.cpp assumes of each kind of tokenizer where no key says otherwise (llama_vocab::impl::load). */
const BEGINS: Readonly<Record<string, { add: boolean; id: number }>> = {
  llama: { add: true, id: 1 },
  bert: { add: true, id: 101 },
  gpt2: { add: false, id: 11 },
};

/** Byte-pair encodings that begin every text with a token unless told otherwise. */
const BEGINNING_PRE = ['llama3', 'llama-v3', 'llama-bpe', 'falcon3', 'falcon-h1', 'pixtral', 'midm-2.0', 'lfm2'];

async function encode(vocabulary: Vocabulary, text: string): Promise<number[]> {
  const tokenizer: Tokenizer = await makeTokenizer(vocabulary);
  const ids = tokenizer.encode(text).map(({ id }) => id);
  const usual = BEGINS[vocabulary.model];
  const begins = vocabulary.flag('add_bos_token', (usual?.add ?? false) || BEGINNING_PRE.includes(vocabulary.pre));
  const first = vocabulary.specialId('bos') ?? usual?.id;
  const ends = vocabulary.flag('add_eos_token', vocabulary.model === 't5');
  const last = vocabulary.specialId('eos');
  return [
    ...(begins && first !== undefined && first < vocabulary.size ? [first] : []),
    ...ids,
    ...(ends && last !== null ? [last] : []),
  ];
}
