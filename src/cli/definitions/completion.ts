/** `completion`: its definition. */

import { defineCommand } from '../define-command.js';

/** The shells, in the order of the help. */
export const SHELL_NAMES = ['bash', 'zsh', 'fish'] as const;

export const COMPLETION = defineCommand({
  name: 'completion',
  summary: 'a script that completes command lines in your shell',
  details: `For bash, put "source <(gguf-explain completion bash)" into ~/.bashrc. With the words of a command line behind --, it prints what the last one may become: the script asks so at each press of the key.`,
  group: 'schema',
  reports: [],
  piece: 'completion',
  aboutAll: true,
  arguments: [
    {
      syntax: '<shell...>',
      says: `${SHELL_NAMES.join(', ')}; behind --, the words of a command line`,
      offers: () => ({ words: SHELL_NAMES }),
    },
  ],
  options: [],
  formats: { names: ['text'] },
});
