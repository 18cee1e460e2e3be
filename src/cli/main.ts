/** The start of the program: parse the command line, run the command, turn what goes wrong into a sentence and an exit code. */

import { CommanderError } from 'commander';
import { asksForJson } from './asks-for-json.js';
import { EXIT, STOPPED, type StopSignal } from './exit-codes.js';
import { interruptedBy, untilInterrupted } from './interruption.js';
import { ClosedPipe, writeErr, writeOut } from './output.js';
import { printError } from './print-error.js';
import { makeProgram } from './program.js';

async function main(argv: readonly string[]): Promise<void> {
  try {
    const program = makeProgram();
    for (const command of [program, ...program.commands]) {
      command.exitOverride().configureOutput({ writeOut, writeErr });
    }
    if (argv.length === 0) program.help({ error: true });
    await untilInterrupted(() => program.parseAsync(argv, { from: 'user' }));
    if (interruptedBy() !== undefined) await endInterrupted(true, argv);
  } catch (error) {
    // Whatever the work ran into after a signal, the signal is what ended it.
    if (interruptedBy() !== undefined) await endInterrupted(false, argv);
    if (isMisuse(error)) await sayMisuse(error, argv);
    process.exitCode = exitCodeFor(error, asksForJson(argv));
  }
}

/** Says how far the work got, and ends the process: connections and threads may still be at work. `shown`: see `tellInterruption`. */
async function endInterrupted(shown: boolean, argv: readonly string[]): Promise<never> {
  const signal = interruptedBy() as StopSignal;
  try {
    (await import('./tell-interruption.js')).tellInterruption(signal, shown, asksForJson(argv));
  } finally {
    process.exit(STOPPED[signal]);
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
