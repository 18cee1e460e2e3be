/**
 * Tokens that are recognized in a text before anything else is done with it: those of the kind user-defined. Control tokens are not
 * included: `<s>` in a text is three characters. llama.cpp changes the kinds of some tokens that it knows by name
 * (llama_vocab::impl::load), and so does this module.
 */

import { Prefixes } from './prefixes.js';
import { TOKEN_KINDS, type Vocabulary } from './read-vocabulary.js';

/** A token to find, and whether white space around it belongs to it. */
interface WrittenToken {
  id: number;
  piece: string;
  takesSpaceBefore: boolean;
  takesSpaceBehind: boolean;
}

/** Part of a text: a token that was written out in it, or non-empty text between such tokens. */
export type Fragment = { id: number } | { text: string };

/** Names of tokens that end generation: control tokens, whatever the file states. */
const ENDS =
  '<|eot_id|> <|im_end|> <|end|> <|return|> <|call|> <|flush|> <|calls|> <end_of_turn> <|endoftext|> </s> <|eom_id|> <EOT> _<EOT> ' +
  '[EOT] [EOS] <|end_of_text|> <end_of_utterance> <eos> <turn|> <|tool_response> <｜end▁of▁sentence｜> [e~[';

/** Names of fill-in-the-middle tokens: control tokens unless a key of the file names another one. */
const FILL_IN: readonly { keys: string; names: string }[] = [
  {
    keys: 'fim_pre prefix',
    names: '<|fim_prefix|> <fim-prefix> <fim_prefix> <｜fim▁begin｜> <PRE> ▁<PRE> <|code_prefix|> <|prefix|>',
  },
  {
    keys: 'fim_suf suffix',
    names: '<|fim_suffix|> <fim-suffix> <fim_suffix> <｜fim▁hole｜> <SUF> ▁<SUF> <|code_suffix|> <|suffix|>',
  },
  {
    keys: 'fim_mid middle',
    names: '<|fim_middle|> <fim-middle> <fim_middle> <｜fim▁end｜> <MID> ▁<MID> <|code_middle|> <|middle|>',
  },
  { keys: 'fim_pad', names: '<|fim_pad|> <fim-pad> <fim_pad> <PAD> [PAD]' },
  { keys: 'fim_rep', names: '<|fim_repo|> <|repo_name|> <fim-repo> <REPO> <reponame>' },
  { keys: 'fim_sep', names: '<|file_sep|>' },
];

/** Names of tokens that are always recognized in text: those around the channels of gpt-oss. */
const ALWAYS_WRITTEN = '<|channel|> <|message|> <|start|> <|constrain|>';

/** The tokens to find. */
export interface WrittenTokens {
  /** Longest first. */
  tokens: readonly WrittenToken[];
  /** Finds the tokens that a text contains in one walk, because a vocabulary can have many thousands. */
  prefixes: Prefixes;
}

export function writtenTokens(vocabulary: Vocabulary): WrittenTokens {
  const tokens = longestFirst(vocabulary);
  // Of equal pieces the first one counts; here it must come last.
  return { tokens, prefixes: new Prefixes(tokens.map(({ piece, id }) => [piece, id] as const).reverse()) };
}

function longestFirst(vocabulary: Vocabulary): WrittenToken[] {
  const { pieces } = vocabulary;
  const ids = new Set<number>();
  for (let id = 0; id < pieces.length; id++) if (vocabulary.kindOf(id) === TOKEN_KINDS.userDefined) ids.add(id);
  const idsOf = (names: string) => names.split(' ').flatMap((name) => vocabulary.idOf(name) ?? []);
  for (const id of idsOf(ENDS)) ids.delete(id);
  for (const { keys, names } of FILL_IN) {
    const named = keys.split(' ').some((key) => vocabulary.specialId(key) !== null);
    const [first] = named ? [] : idsOf(names);
    if (first !== undefined) ids.delete(first);
  }
  for (const id of idsOf(ALWAYS_WRITTEN)) ids.add(id);
  const has = (name: string) => vocabulary.idOf(name) !== undefined;
  // In such vocabularies this token does not end generation.
  if ((has('<|return|>') && (has('<|call|>') || has('<|calls|>'))) || (has('<|calls|>') && has('<|flush|>'))) {
    for (const id of idsOf('<|end|>')) ids.add(id);
  }
  const spaces = spaceRules(vocabulary);
  return [...ids]
    .map((id) => ({ id, piece: pieces[id] as string, bytes: Buffer.byteLength(pieces[id] as string) }))
    .sort((a, b) => b.bytes - a.bytes || a.id - b.id)
    .map(({ id, piece }) => ({ id, piece, ...spaces(piece) }));
}

type Spaces = Pick<WrittenToken, 'takesSpaceBefore' | 'takesSpaceBehind'>;

/** Models whose tokens include surrounding white space, recognized only by name. */
function spaceRules({ pre, architecture, modelName }: Vocabulary): (piece: string) => Spaces {
  const name = modelName.toLowerCase();
  const jina = /jina-v2-(de|es|code)/.test(pre) || /nomic-bert-moe|jina-bert-v3/.test(architecture);
  const phi3 = !jina && /phi-?3/.test(name);
  const masks = jina ? '<mask>' : !phi3 && name.includes('modern-bert') ? '[MASK]' : null;
  return (piece) => ({
    takesSpaceBefore: piece === masks,
    takesSpaceBehind: phi3 && !['<unk>', '<s>', '<|endoftext|>'].includes(piece),
  });
}

/** Splits a text at the tokens that are written out in it: first at all occurrences of the longest token, then of the next. */
export function fragmentsOf(text: string, { tokens, prefixes }: WrittenTokens): Fragment[] {
  let fragments: Fragment[] = text === '' ? [] : [{ text }];
  const present = new Set<number>();
  if (tokens.length > 0) for (let at = 0; at < text.length; at++) prefixes.each(text, at, (_, id) => present.add(id));
  if (present.size === 0) return fragments;
  for (const token of tokens) {
    if (!present.has(token.id)) continue;
    fragments = fragments.flatMap((fragment) => ('id' in fragment ? [fragment] : apart(fragment.text, token)));
  }
  return fragments;
}

function apart(text: string, { id, piece, takesSpaceBefore, takesSpaceBehind }: WrittenToken): Fragment[] {
  const parts = text.split(piece);
  return parts.flatMap((part, i) => {
    let between = part;
    if (takesSpaceBehind && i > 0) between = between.replace(/^[\t-\r ]+/, '');
    if (takesSpaceBefore && i + 1 < parts.length) between = trimmedAtEnd(between);
    const fragments: Fragment[] = between === '' ? [] : [{ text: between }];
    return i === 0 ? fragments : [{ id }, ...fragments];
  });
}

function trimmedAtEnd(text: string): string {
  let end = text.length;
  while (end > 0 && /[\t-\r ]/.test(text[end - 1] as string)) end--;
  return text.slice(0, end);
}
