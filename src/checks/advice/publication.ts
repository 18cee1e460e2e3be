/** Metadata that users of a published model need: its name, its license, its chat template. */

import { type GgufFile, metadataValue } from '../../gguf/decode.js';
import { selfContained, selfContainedModel } from '../applies-to.js';
import { defineCheck } from '../define-check.js';
import { templatesOf } from '../jinja/templates.js';

/** Placeholders that programs write if they do not know a name. */
const NO_NAME = /^(?:\s*|n\/a|none|unknown|model)$/i;

const NAMES = ['general.name', 'general.basename', 'general.finetune'];

/** Words in a model's name that show that it was tuned for conversations. */
const CHAT_WORDS: ReadonlySet<string> = new Set(['instruct', 'instruction', 'chat', 'it', 'assistant']);

/** Tokens that begin a turn of a conversation. */
const CHAT_TOKENS: ReadonlySet<string> = new Set([
  ...['<|im_start|>', '<|start_header_id|>', '<start_of_turn>', '<|turn>', '[INST]', '<|assistant|>', '<|user|>'],
  ...['<|start_of_role|>', '<|START_OF_TURN_TOKEN|>', '<｜Assistant｜>'],
]);

export const PUBLICATION_CHECKS = [
  /** A model whose name is only in the file name, and is lost when the file is renamed. */
  defineCheck({
    code: 'missing-name',
    group: 'advice',
    level: 'advice',
    says: 'no general.name: once the file is renamed, nothing shows which model it is',
    hint: 'set general.name when you convert the model',
    appliesTo: selfContained,
    judge({ model }) {
      const name = metadataValue(model.file, 'general.name');
      const named = typeof name === 'object' || (typeof name === 'string' && !NO_NAME.test(name));
      if (named) return [];
      return [{ place: { key: 'general.name' } }];
    },
  }),
  /** A model that does not state its license. An importance matrix is a measurement and does not need one. */
  defineCheck({
    code: 'missing-license',
    group: 'advice',
    level: 'advice',
    says: 'the file does not state a license (general.license)',
    hint: "look it up on the model's page, and set it when you convert",
    appliesTo: selfContained,
    judge({ model }) {
      const { metadata } = model.file;
      const licensed = metadata.some(({ key, value }) => /^general\.license(?:\.|$)/.test(key) && value !== '');
      if (licensed) return [];
      return [{ place: { key: 'general.license' } }];
    },
  }),
  /** A chat model without a template: the program has to guess the format of its conversations. Base models do not need a template. */
  defineCheck({
    code: 'missing-chat-template',
    group: 'advice',
    level: 'advice',
    says: 'no chat template, although this looks like a chat model ({sign})',
    hint: 'programs guess a format, and a wrong one makes answers worse; give them the template of the original model',
    appliesTo: selfContainedModel,
    judge({ file }) {
      if (templatesOf(file).length > 0) return [];
      if (metadataValue(file, 'tokenizer.ggml.tokens') === undefined) return [];
      const sign = chatSign(file);
      if (sign === undefined) return [];
      return [{ place: { key: 'tokenizer.chat_template' }, facts: { sign } }];
    },
  }),
];

/** The sign of a chat model: a word of its name or tags, or a token. */
function chatSign(file: GgufFile): string | undefined {
  const words = NAMES.flatMap((key) => wordsOf(metadataValue(file, key)));
  const tags = stringsOf(metadataValue(file, 'general.tags')).filter((tag) => /^(?:instruct|chat)$/i.test(tag));
  // Tokens prove nothing for a base model: it shares the vocabulary of the models that are tuned from it.
  const tokens = words.includes('base') ? [] : stringsOf(metadataValue(file, 'tokenizer.ggml.tokens'));
  return words.find((word) => CHAT_WORDS.has(word)) ?? tags[0] ?? tokens.find((token) => CHAT_TOKENS.has(token));
}

type Value = ReturnType<typeof metadataValue>;

function wordsOf(value: Value): string[] {
  return typeof value === 'string' ? value.toLowerCase().split(/[^a-z0-9]+/) : [];
}

/** The strings of a list. The reader keeps only the beginning of a long list. */
function stringsOf(value: Value): string[] {
  if (typeof value !== 'object' || value.kind !== 'array') return [];
  return value.items.filter((item) => typeof item === 'string');
}
