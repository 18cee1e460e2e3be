/** What a shell needs to complete a command line of this program, from the definitions of its commands. */

import type { Option } from 'commander';
import { type CommandDefinition, type Group, type Offers, takesModels } from '../define-command.js';
import { offersOf, optionsOf } from '../program.js';

export interface CompletionOption {
  /** As typed: `--format`, and also `-0` if there is a short form. */
  names: string[];
  says: string;
  /** Whether a value follows. */
  takesValue: boolean;
  /** All possible values; empty if any value is allowed. */
  values: readonly string[];
  /** Other candidates for its value. */
  offers: Offers | undefined;
}

interface CompletionArgument {
  /** Whether its words may be models. */
  model: boolean;
  /** Whether it takes all words that follow. */
  several: boolean;
  offers: Offers | undefined;
}

export interface CompletionCommand {
  name: string;
  aliases: readonly string[];
  summary: string;
  group: Group;
  /** Whether its words may be files. */
  takesFiles: boolean;
  arguments: CompletionArgument[];
  options: CompletionOption[];
}

/** All commands with all their options, in order. */
export function completionData(commands: readonly CommandDefinition[]): CompletionCommand[] {
  return commands.map((command) => {
    const { name, aliases = [], summary, group } = command;
    const offers = offersOf(command);
    return {
      ...{ name, aliases, summary, group },
      takesFiles: takesModels(command),
      arguments: command.arguments.map(({ model = false, syntax, offers }) => ({
        ...{ model, offers },
        several: syntax.includes('...'),
      })),
      options: optionsOf(command).map((option) => completionOf(option, offers.get(option.long as string))),
    };
  });
}

function completionOf(option: Option, offers: Offers | undefined): CompletionOption {
  const { short, long, description, required, optional, argChoices = [] } = option;
  const names = [short, long].filter((name) => name !== undefined && name !== null);
  return { names, says: description, takesValue: required || optional, values: argChoices, offers };
}
