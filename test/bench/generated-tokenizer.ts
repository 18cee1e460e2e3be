/**
 * The metadata of a tokenizer as large as a real one: tokens, scores, types, merges and a chat template, each made from
 * its index by a rule. Covers the `tokenizer.*` keys of the GGUF specification.
 */

import type { GeneratedEntry } from './generated-file.js';

const TOKEN_NORMAL = 1;
const TOKEN_CONTROL = 3;
const TOKEN_USER_DEFINED = 4;

/** The vocabulary ends with user-defined tokens, followed by control tokens: this many of each. */
const CONTROL = 256;
const USER_DEFINED = 16;

/** The properties of a vocabulary. */
export interface Vocabulary {
  /** `tokenizer.ggml.model` */
  kind: 'gpt2' | 'llama';
  tokens: number;
  merges: number;
  scores: boolean;
  /** How this kind of tokenizer writes the space before a word: Ġ takes 2 bytes, ▁ takes 3. */
  spaceMark: string;
  /** Mean length of a token in letters, without the space mark; at least 5. */
  meanLetters: number;
}

/** Spreads neighboring numbers over 32 bits (the finalizer of the MurmurHash3 family), as a substitute for random numbers. */
function scramble(index: number): number {
  let bits = Math.imul(index ^ (index >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

const LETTERS = 'etaoinshrdlcumwfgypbvkjxqz';

/** Four letters that spell the index (26^4 is enough for every vocabulary here), then filler up to a spread-out length. */
function tokenText(index: number, { spaceMark, meanLetters }: Vocabulary): string {
  const spread = scramble(index);
  let text = spread & 1 ? spaceMark : '';
  for (let rest = index, place = 0; place < 4; place++, rest = Math.floor(rest / 26)) text += LETTERS[rest % 26];
  const filler = (spread >>> 8) % (2 * (meanLetters - 4) + 1);
  for (let letter = 0; letter < filler; letter++) text += LETTERS[(spread >>> (letter % 24)) % 26];
  return text;
}

/**
 * A user-defined token, which is found in any text. These vocabularies have no tokens for single letters, so no other text can be
 * tokenized.
 */
export function userDefinedText(vocabulary: Vocabulary): string {
  for (let id = vocabulary.tokens - CONTROL - 1; ; id--) {
    const text = tokenText(id, vocabulary);
    if (!text.startsWith(vocabulary.spaceMark)) return text;
  }
}

function mergeText(index: number, vocabulary: Vocabulary): string {
  const left = scramble(2 * index) % vocabulary.tokens;
  const right = scramble(2 * index + 1) % vocabulary.tokens;
  return `${tokenText(left, vocabulary)} ${tokenText(right, vocabulary)}`;
}

/** A template with one branch for each role and the usual loop; a few kilobytes, like the templates in real files. */
function chatTemplate(): string {
  const branches = ['system', 'developer', 'user', 'assistant', 'tool', 'context', 'document', 'critic'].map(
    (role, index) => `{%- ${index === 0 ? 'if' : 'elif'} turn.role == '${role}' -%}
    {{- '<|start|>${role}<|end_of_role|>' -}}
    {%- if turn.content is string -%}{{- turn.content | trim -}}
    {%- else -%}
      {%- for part in turn.content -%}
        {%- if part.type == 'text' -%}{{- part.text | trim -}}{%- else -%}{{- '<|' ~ part.type ~ '|>' -}}{%- endif -%}
      {%- endfor -%}
    {%- endif -%}
    {{- '<|end_of_turn|>' -}}`,
  );
  return `{{- bos_token -}}
{%- for turn in messages -%}
  ${branches.join('\n  ')}
  {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|start|>assistant<|end_of_role|>' -}}{%- endif -%}`;
}

/** The `tokenizer.*` entries, in the order in which converters write them. */
export function tokenizerEntries(vocabulary: Vocabulary): GeneratedEntry[] {
  const { kind, tokens, merges, scores } = vocabulary;
  return [
    { key: 'tokenizer.ggml.model', type: 'string', value: kind },
    { key: 'tokenizer.ggml.pre', type: 'string', value: 'default' },
    { key: 'tokenizer.ggml.tokens', type: 'string', count: tokens, item: (id) => tokenText(id, vocabulary) },
    ...(scores
      ? [{ key: 'tokenizer.ggml.scores', type: 'f32', count: tokens, item: (id: number) => -id } as const]
      : []),
    {
      key: 'tokenizer.ggml.token_type',
      type: 'i32',
      count: tokens,
      item: (id) => {
        if (id >= tokens - CONTROL) return TOKEN_CONTROL;
        return id >= tokens - CONTROL - USER_DEFINED ? TOKEN_USER_DEFINED : TOKEN_NORMAL;
      },
    },
    { key: 'tokenizer.ggml.merges', type: 'string', count: merges, item: (index) => mergeText(index, vocabulary) },
    { key: 'tokenizer.ggml.bos_token_id', type: 'u32', value: tokens - 2 },
    { key: 'tokenizer.ggml.eos_token_id', type: 'u32', value: tokens - 1 },
    { key: 'tokenizer.ggml.add_bos_token', type: 'bool', value: true },
    { key: 'tokenizer.chat_template', type: 'string', value: chatTemplate() },
  ];
}
