/** The definition of `list`. */

import { LIST_ORDERS } from '../../report/list-orders.js';
import { defineCommand, type OptionsOf } from '../define-command.js';
import { choiceOr, flag } from '../options.js';

export const LIST = defineCommand({
  name: 'list',
  aliases: ['ls'],
  summary: 'the models on this machine: what they are and where',
  details: 'It shows the size of each model and the name to type for it.',
  group: 'many',
  reports: ['list'],
  arguments: [
    {
      syntax: '[folders...]',
      says: "folders to search, with their subfolders (default: the hub's cache, Ollama's store, LM Studio's models and llama.cpp's cache)",
      offers: 'folders',
    },
  ],
  options: [
    choiceOr('--sort <order>', 'sort by', LIST_ORDERS, 'where'),
    flag('--duplicates', 'find files with the same bytes; files of equal size are read'),
  ],
  formats: { names: ['text', 'json'] },
});

export type ListOptions = OptionsOf<typeof LIST>;
