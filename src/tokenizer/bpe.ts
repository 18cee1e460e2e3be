/**
 * Byte-pair encoding with a list of merges (llama.cpp's llm_tokenizer_bpe): text is cut into words, and in each word the pairs are
 * merged in the order of the list. The merging is that of `@huggingface/tokenizers`, which is loaded only here.
 */

import { byteName, toByteCharacters } from './byte-characters.js';
import { wordCutter } from './cut-words.js';
import type { Encode } from './encoder.js';
import { type PreTokenizer, preTokenizerOf } from './pre-tokenizers.js';
import type { Vocabulary } from './read-vocabulary.js';
import { SPACE_MARK } from './spm.js';
import { TokenizerError } from './tokenizer-error.js';

/** Throws TokenizerError for a pre-tokenizer that is not known, and for a vocabulary without merges. */
export async function bpeEncoder(vocabulary: Vocabulary): Promise<Encode> {
  const rules = bpeRules(vocabulary);
  const merge = await merger(vocabulary);
  const cut = wordCutter(rules.cuts);
  const spell = rules.plainText ? (word: string) => word : toByteCharacters;

  return (text) => {
    const ids: number[] = [];
    const append = (piece: string) => {
      const id = vocabulary.idOf(piece);
      if (id !== undefined) ids.push(id);
      return id !== undefined;
    };
    for (const word of cut(rules.escapesSpaces ? text.replaceAll(' ', SPACE_MARK) : text)) {
      const spelled = spell(word);
      if ((rules.ignoreMerges || (rules.wholeLineFeeds && /^\n+$/.test(word))) && append(spelled)) continue;
      for (const symbol of merge(spelled)) {
        if (!append(symbol)) for (const part of unknownParts(symbol, rules)) append(part);
      }
    }
    return ids;
  };
}

/** How the text of this vocabulary is cut and spelled. Throws TokenizerError for a name that llama.cpp does not know. */
function bpeRules({ model, pre }: Vocabulary): PreTokenizer {
  const name = model === 'gemma4' ? 'gemma4' : pre;
  const rules = preTokenizerOf(name);
  if (rules !== undefined) return rules;
  throw new TokenizerError(
    'unknown-tokenizer',
    `the pre-tokenizer ${JSON.stringify(name)} of its vocabulary is not known`,
  );
}

/** What may be a token of a symbol that is none; llama.cpp leaves out the rest. */
function unknownParts(symbol: string, rules: PreTokenizer): string[] {
  return rules.plainText ? [...Buffer.from(symbol)].map(byteName) : [...symbol].filter((one) => one < '\x80');
}

/** What is used of the library. The declarations that it ships name files that do not resolve for an ECMAScript module. */
interface Library {
  BPE: new (config: { vocab: Record<string, number>; merges: [string, string][] }) => Merging;
}

interface Merging {
  /** Merges the characters of a word; gives the pieces that are left. */
  bpe(word: string): string[];
  /** Offers a piece and the one behind it for merging; the smallest score is merged first. */
  add_node(queue: { push(node: PieceNode): void }, node: PieceNode): void;
}

interface PieceNode {
  token: string;
  next: PieceNode;
  /** From 0 to 1 from left to right: of equal pairs the left one is merged first. */
  bias: number;
  score?: number;
}

async function merger(vocabulary: Vocabulary): Promise<(word: string) => string[]> {
  const ranks = ranksOf(vocabulary);
  const { BPE } = (await import('@huggingface/tokenizers')) as unknown as Library;
  // The library would spell out half a million pairs as JSON to find them by; they are found as they stand in the file.
  class ByPair extends BPE {
    override add_node(queue: { push(node: PieceNode): void }, node: PieceNode): void {
      const rank = ranks.get(`${node.token} ${node.next.token}`);
      if (rank === undefined) return;
      node.score = rank + node.bias;
      queue.push(node);
    }
  }
  const model = new ByPair({ vocab: {}, merges: [] });
  return (word) => model.bpe(word);
}

/** The place of each merge in the list. No piece that is merged has a space in it, so that the space in the pair is between the two. */
function ranksOf(vocabulary: Vocabulary): ReadonlyMap<string, number> {
  const merges = vocabulary.merges();
  if (merges === null && vocabulary.pre !== 'kimi-k2') {
    throw new TokenizerError(
      'unusable-vocabulary',
      'its vocabulary is one of byte pairs, but the file has no list of merges',
    );
  }
  const ranks = new Map<string, number>();
  // Of a pair that is listed twice the first place counts.
  for (let rank = (merges?.length ?? 0) - 1; rank >= 0; rank--) ranks.set(merges?.[rank] as string, rank);
  return ranks;
}
