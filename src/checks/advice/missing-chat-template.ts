import type { GgufFile } from '../../gguf/decode.js';
import { metadataValue } from '../../gguf/decode.js';
import { kindOf } from '../../model/kind.js';
import type { Check } from '../check.js';
import { templatesOf } from '../jinja/templates.js';
import { standsAlone } from '../stands-alone.js';

const NAMES = ['general.name', 'general.basename', 'general.finetune'];

/** Words in a model's name that say that it was tuned for conversations. */
const CHAT_WORDS: ReadonlySet<string> = new Set(['instruct', 'instruction', 'chat', 'it', 'assistant']);

/** Tokens that begin a turn of a conversation. */
const CHAT_TOKENS: ReadonlySet<string> = new Set([
  ...['<|im_start|>', '<|start_header_id|>', '<start_of_turn>', '<|turn>', '[INST]', '<|assistant|>', '<|user|>'],
  ...['<|start_of_role|>', '<|START_OF_TURN_TOKEN|>', '<｜Assistant｜>'],
]);

/** A model for conversations that leaves it to the program what its conversations look like. Base models need no template. */
export const missingChatTemplate: Check = {
  code: 'missing-chat-template',
  judge(model) {
    const { file } = model;
    if (!standsAlone(model) || kindOf(model) !== 'model' || templatesOf(file).length > 0) return [];
    if (metadataValue(file, 'tokenizer.ggml.tokens') === undefined) return [];
    const sign = chatSign(file);
    if (sign === undefined) return [];
    return [{ code: 'missing-chat-template', place: { key: 'tokenizer.chat_template' }, facts: { sign } }];
  },
};

/** What shows that the model is one for conversations: a word of its name or tags, or a token. */
function chatSign(file: GgufFile): string | undefined {
  const words = NAMES.flatMap((key) => wordsOf(metadataValue(file, key)));
  const tags = stringsOf(metadataValue(file, 'general.tags')).filter((tag) => /^(?:instruct|chat)$/i.test(tag));
  // Base models share the vocabulary of the models that are tuned from them.
  const tokens = words.includes('base') ? [] : stringsOf(metadataValue(file, 'tokenizer.ggml.tokens'));
  return words.find((word) => CHAT_WORDS.has(word)) ?? tags[0] ?? tokens.find((token) => CHAT_TOKENS.has(token));
}

type Value = ReturnType<typeof metadataValue>;

function wordsOf(value: Value): string[] {
  return typeof value === 'string' ? value.toLowerCase().split(/[^a-z0-9]+/) : [];
}

/** As many of a list's strings as are kept. */
function stringsOf(value: Value): string[] {
  if (typeof value !== 'object' || value.kind !== 'array') return [];
  return value.items.filter((item) => typeof item === 'string');
}
