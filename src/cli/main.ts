/** The start of the program: parse the command line, run the command, turn what goes wrong into a sentence and an exit code. */

import { CommanderError } from 'commander';
import { asksForJson } from './asks-for-json.js';
import { EXIT } from './exit-codes.js';
import { ClosedPipe, writeErr, writeOut } from './output.js';
import { printError } from './print-error.js';
import { makeProgram } from './program.js';
import { joinTwoWordOptions } from './two-word-options.js';

async function main(argv: readonly string[]): Promise<void> {
  try {
    const program = makeProgram();
    for (const command of [program, ...program.commands]) {
      command.exitOverride().configureOutput({ writeOut, writeErr });
    }
    if (argv.length === 0) program.help({ error: true });
    await program.parseAsync(joinTwoWordOptions(argv), { from: 'user' });
  } catch (error) {
    if (isMisuse(error)) await sayMisuse(error, argv);
    process.exitCode = exitCodeFor(error, asksForJson(argv));
  }
}

/** Whether commander refused the command line, as against having printed help or the version. */
function isMisuse(error: unknown): error is CommanderError {
  return error instanceof CommanderError && error.exitCode !== 0 && error.code !== 'commander.help';
}

/** What commander does not say itself: which command was meant, and the error as JSON where JSON was asked for. */
async function sayMisuse(error: CommanderError, argv: readonly string[]): Promise<void> {
  (await import('./misuse.js')).sayMisuse(error, argv, makeProgram());
}

/** commander has told of its own errors already; all others are told here. */
function exitCodeFor(error: unknown, json: boolean): number {
  if (error instanceof ClosedPipe) return EXIT.fine;
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.failed;
  try {
    printError(error, json);
  } catch (secondError) {
    if (!(secondError instanceof ClosedPipe)) throw secondError;
  }
  return EXIT.failed;
}

void main(process.argv.slice(2));
