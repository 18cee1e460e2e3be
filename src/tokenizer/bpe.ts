/**
 * Byte-pair encoding with a list of merges (llama.cpp's llm_tokenizer_bpe): text is split into words, and in each word pairs are merged in
 * the order of the list. The merging is done by `@huggingface/tokenizers`, which is loaded only here.
 */

import { byteName, toByteCharacters } from './byte-characters.js';
import { wordCutter } from './cut-words.js';
import type { Encode } from './encoder.js';
import { type PreTokenizer, preTokenizerOf } from './pre-tokenizers.js';
import type { Vocabulary } from './read-vocabulary.js';
import { SPACE_MARK } from './spm.js';
import { TokenizerError } from './tokenizer-error.js';

/** Throws TokenizerError for an unknown pre-tokenizer, and for a vocabulary without merges. */
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

/** How text is split and spelled for this vocabulary. Throws TokenizerError for a name that llama.cpp does not know. */
function bpeRules({ model, pre }: Vocabulary): PreTokenizer {
  const name = model === 'gemma4' ? 'gemma4' : pre;
  const rules = preTokenizerOf(name);
  if (rules !== undefined) return rules;
  throw new TokenizerError(
    'unknown-tokenizer',
    `the pre-tokenizer ${JSON.stringify(name)} of its vocabulary is not known`,
  );
}

/** The tokens that may represent a symbol without its own token; llama.cpp drops the rest. */
function unknownParts(symbol: string, rules: PreTokenizer): string[] {
  return rules.plainText ? [...Buffer.from(symbol)].map(byteName) : [...symbol].filter((one) => one < '\x80');
}

/** The used part of the library. Its own declarations name files that do not resolve for an ECMAScript module. */
interface Library {
  BPE: new (config: { vocab: Record<string, number>; merges: [string, string][] }) => Merging;
}

interface Merging {
  /** Merges the characters of a word; returns the remaining pieces. */
  bpe(word: string): string[];
  /** Queues a piece and the next one for merging; the smallest score is merged first. */
  add_node(queue: { push(node: PieceNode): void }, node: PieceNode): void;
}

interface PieceNode {
  token: string;
  next: PieceNode;
  /** From 0 to 1 from left to right: of equal pairs, the left one is merged first. */
  bias: number;
  score?: number;
}

async function merger(vocabulary: Vocabulary): Promise<(word: string) => string[]> {
  const ranks = ranksOf(vocabulary);
  const { BPE } = (await import('@huggingface/tokenizers')) as unknown as Library;
  // The library would serialize half a million pairs to JSON as keys; here they are looked up as they are in the file.
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

/** The rank of each merge in the list. A merged piece contains no space, so the space in the entry separates the pair. */
function ranksOf(vocabulary: Vocabulary): ReadonlyMap<string, number> {
  const merges = vocabulary.merges();
  if (merges === null && vocabulary.pre !== 'kimi-k2') {
    throw new TokenizerError('unusable-vocabulary', 'its vocabulary needs merges, but the file has no list of them');
  }
  const ranks = new Map<string, number>();
  // If a pair is listed twice, the first rank counts.
  for (let rank = (merges?.length ?? 0) - 1; rank >= 0; rank--) ranks.set(merges?.[rank] as string, rank);
  return ranks;
}
