/** `completion`: prints the script for a shell, or answers that script each time the user presses Tab. */

import { existsSync } from 'node:fs';
import { UsageError } from '../../explained-error.js';
import { isDemo } from '../../locate/bundled-model.js';
import { locate } from '../../locate/locate.js';
import { readHeader } from '../../open/read-header.js';
import { isRemote } from '../../words/remote-names.js';
import { complete, type ReadModel } from '../completion/candidates.js';
import { completionData } from '../completion/data.js';
import { answerLines, SHELLS, type ShellName, wordsFrom } from '../completion/shells.js';
import type { CommandDefinition } from '../define-command.js';
import { SHELL_NAMES } from '../definitions/completion.js';
import { writeDocument } from '../output.js';

/** The command's work. It gets all commands as an argument, because their list contains this command too. */
export function completionOver(commands: readonly CommandDefinition[]) {
  return { run: (words: string[]) => run(words, commands) };
}

async function run([shell = '', ...typed]: string[], commands: readonly CommandDefinition[]): Promise<void> {
  const name = SHELL_NAMES.find((known): known is ShellName => known === shell);
  if (name === undefined) {
    throw new UsageError(
      'no-such-shell',
      `there is no completion for ${shell}`,
      `the shells are ${SHELL_NAMES.join(', ')}`,
    );
  }
  if (typed.length === 0) return writeDocument([SHELLS[name].script]);
  const words = wordsFrom(name, typed);
  const answer = await complete(completionData(commands), words, readModel);
  writeDocument([`${answerLines(name, answer, words).join('\n')}\n`]);
}

/** Reads the first word that is a file on this machine: pressing Tab must not send requests to a server. */
const readModel: ReadModel = async (words, wanted) => {
  const model = words.find((word) => isDemo(word) || (!isRemote(word) && word !== '-' && existsSync(word)));
  if (model === undefined) return [];
  try {
    const location = locate(model);
    if (location.kind !== 'file' && location.kind !== 'shards') return [];
    const { tensors, metadata } = await readHeader(location);
    return (wanted === 'tensors' ? tensors.map(({ name }) => name) : metadata.map(({ key }) => key)).slice(
      0,
      MOST_NAMES,
    );
  } catch {
    // The error is shown when the line is run.
    return [];
  }
};

/** Most names that are offered; a shell asks before it shows more than about a hundred. */
const MOST_NAMES = 20_000;
