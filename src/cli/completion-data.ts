/** What a shell needs to complete a command line of this program, from the definitions of its commands. */

import type { Option } from 'commander';
import { COMMANDS } from './command-list.js';
import { type Group, takesModels } from './define-command.js';
import { optionsOf } from './program.js';

export interface CompletionOption {
  /** As it is typed: `--format`, and `-0` where there is a short one too. */
  names: string[];
  says: string;
  /** Whether a value follows. */
  takesValue: boolean;
  /** The values that there are; empty where it may be any. */
  values: readonly string[];
}

export interface CompletionCommand {
  name: string;
  summary: string;
  group: Group;
  /** Whether its words may be files. */
  takesFiles: boolean;
  options: CompletionOption[];
}

/** All commands with all their options, in the order of the help. */
export function completionData(): CompletionCommand[] {
  return COMMANDS.map((command) => {
    const { name, summary, group } = command;
    return { name, summary, group, takesFiles: takesModels(command), options: optionsOf(command).map(completionOf) };
  });
}

function completionOf({ short, long, description, required, optional, argChoices = [] }: Option): CompletionOption {
  const names = [short, long].filter((name) => name !== undefined && name !== null);
  return { names, says: description, takesValue: required || optional, values: argChoices };
}
