/** `list`: its definition. */

import { LIST_ORDERS } from '../../report/list-orders.js';
import { defineCommand, type OptionsOf } from '../define-command.js';
import { choiceOr, flag } from '../options.js';

export const LIST = defineCommand({
  name: 'list',
  aliases: ['ls'],
  summary: 'the models on this machine: what they are and where',
  details: 'Each with its size and with what to type for it.',
  group: 'many',
  reports: ['list'],
  arguments: [
    {
      syntax: '[folders...]',
      says: "folders to search with all folders in them, in place of the hub's cache, Ollama's store, LM Studio's models and llama.cpp's cache",
    },
  ],
  options: [
    choiceOr('--sort <order>', 'sort by', LIST_ORDERS, 'where'),
    flag('--duplicates', 'find files that hold the same bytes; those of equal size are read'),
  ],
  formats: { names: ['text', 'json'] },
});

export type ListOptions = OptionsOf<typeof LIST>;
