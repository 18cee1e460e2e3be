/** `completion`: its definition. */

import { defineCommand, type OptionsOf } from '../define-command.js';

/** The shells, in the order of the help. */
export const SHELL_NAMES = ['bash', 'zsh', 'fish'] as const;

export const COMPLETION = defineCommand({
  name: 'completion',
  summary: 'a script that completes command lines in your shell',
  details: `For bash, put "source <(gguf-explain completion bash)" into ~/.bashrc. With words behind --, it prints what the last one may become, as the script asks for it.`,
  group: 'schema',
  reports: [],
  piece: 'completion',
  aboutAll: true,
  arguments: [
    { syntax: '<shell>', says: SHELL_NAMES.join(', '), offers: () => ({ words: SHELL_NAMES }) },
    { syntax: '[words...]', says: 'the words of a command line, of which the last is completed' },
  ],
  options: [],
  formats: { names: ['text'] },
});

export type CompletionOptions = OptionsOf<typeof COMPLETION>;
