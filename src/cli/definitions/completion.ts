/** The definition of `completion`. */

import { defineCommand } from '../define-command.js';

/** The shells, in the order of the help. */
export const SHELL_NAMES = ['bash', 'zsh', 'fish'] as const;

export const COMPLETION = defineCommand({
  name: 'completion',
  summary: 'a script that completes command lines in your shell',
  details: `For bash, put "source <(gguf-explain completion bash)" into ~/.bashrc. After --, give the words of a command line: it prints what the last word may become. The script does that each time you press Tab.`,
  group: 'schema',
  reports: [],
  piece: 'completion',
  aboutAll: true,
  arguments: [
    {
      syntax: '<shell...>',
      says: `${SHELL_NAMES.join(', ')}; after --, the words of a command line`,
      offers: () => ({ words: SHELL_NAMES }),
    },
  ],
  options: [],
  formats: { names: ['text'] },
});
