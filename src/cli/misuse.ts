/** What is said of a command line that makes no sense, beyond commander's own sentence. Loaded only when there is one. */

import { existsSync } from 'node:fs';
import type { Command, CommanderError } from 'commander';
import { nearMiss } from '../policy/near-miss.js';
import { jsonPieces } from '../render/json.js';
import type { ErrorReport } from '../report/schema.js';
import { asksForJson } from './asks-for-json.js';
import { tellLines, writeJson } from './output.js';

/**
 * A first word that is no command is taken for the model of `explain`, so a command that was mistyped is told as words too many:
 * here it gets the name that was meant. With --json the error is printed as a report too.
 */
export function sayMisuse(error: CommanderError, argv: readonly string[], program: Command): void {
  const [first = ''] = argv;
  const commands = program.commands.map((command) => command.name());
  const meant =
    error.code === 'commander.excessArguments' && !commands.includes(first) && !existsSync(first)
      ? nearMiss(first, commands)
      : undefined;
  if (meant !== undefined) tellLines([`(Did you mean the command ${meant}?)`]);
  if (!asksForJson(argv)) return;
  const message = error.message.replace(/^error: /, '').split('\n')[0] as string;
  const hint = meant === undefined ? {} : { hint: `did you mean the command ${meant}?` };
  const report: ErrorReport = { schemaVersion: 1, error: { code: 'bad-usage', message, ...hint } };
  writeJson(jsonPieces(report));
}
