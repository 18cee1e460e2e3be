/** The start of the program: parse the command line, run the command, turn what goes wrong into a sentence and an exit code. */

import { CommanderError } from 'commander';
import { isExplained } from '../explained-error.js';
import { releasePipes } from '../io/open-file.js';
import { COMMANDS } from './command-list.js';
import { mayAskForHelp, spelledOut } from './command-word.js';
import type { Command } from './define-command.js';
import { EXIT, STOPPED, type StopSignal } from './exit-codes.js';
import { interruptedBy, untilInterrupted } from './interruption.js';
import { tellLines, writeLines } from './output.js';
import { tellFailure } from './print-error.js';
import { makeProgram } from './program.js';
import { asksForJson, commandMeant, joinTwoWordOptions } from './typed-words.js';

/** How commander's own words leave: they have line breaks, and an error of it repeats a word as it was typed. */
const OUTPUT = {
  writeOut: (text: string) => writeLines(linesOf(text)),
  writeErr: (text: string) => tellLines(linesOf(text)),
  outputError: (text: string) => {
    const [, sentence = '', suggestion] = /^(.*?)(?:\n(\(Did you mean [^\n]*\)))?\n?$/s.exec(text) ?? [];
    tellLines(suggestion === undefined ? [sentence] : [sentence, suggestion]);
  },
};

async function main(argv: readonly string[]): Promise<void> {
  process.setUncaughtExceptionCaptureCallback((error) => lastResort(error, argv));
  try {
    const program = makeProgram(neededFor(argv));
    for (const command of [program, ...program.commands]) command.exitOverride().configureOutput(OUTPUT);
    if (argv.length === 0) program.help({ error: true });
    const words = spelledOut(joinTwoWordOptions(argv));
    await untilInterrupted(() => program.parseAsync(words, { from: 'user' }));
    if (interruptedBy() !== undefined) await endInterrupted(true, argv);
  } catch (error) {
    // Stands where telling the error fails too.
    process.exitCode = EXIT.failed;
    // Whatever the work ran into after a signal, the signal is what ended it.
    if (interruptedBy() !== undefined) await endInterrupted(false, argv);
    if (isMisuse(error)) (await import('./suggest-command.js')).sayMisuse(error, argv);
    if (isExplained(error) && error.code === 'file-not-found') {
      (await import('./suggest-command.js')).hintAtCommand(error, argv);
    }
    process.exitCode = exitCodeFor(error, asksForJson(argv));
  }
}

/** The command that is meant; commander takes as long to hear of all of them as a header takes to read. */
function neededFor(argv: readonly string[]): readonly Command[] {
  return mayAskForHelp(argv) ? COMMANDS : [commandMeant(argv)];
}

/** Says how far the work got, and ends the process: connections and threads may still be at work. `shown`: see `tellInterruption`. */
async function endInterrupted(shown: boolean, argv: readonly string[]): Promise<never> {
  const signal = interruptedBy() as StopSignal;
  try {
    (await import('./tell-interruption.js')).tellInterruption(signal, shown, asksForJson(argv));
  } finally {
    releasePipes();
    process.exit(STOPPED[signal]);
  }
}

/** Whether commander refused the command line, as against having printed help or the version. */
function isMisuse(error: unknown): error is CommanderError {
  return error instanceof CommanderError && error.exitCode !== 0 && error.code !== 'commander.help';
}

/** commander has told of its own errors already; all others are told here. */
function exitCodeFor(error: unknown, json: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.failed;
  return tellFailure(error, json);
}

/** For what nobody caught, in a callback or a promise that nobody waits for: told like any error, then the program ends at once. */
function lastResort(error: unknown, argv: readonly string[]): void {
  process.exit(exitCodeFor(error, asksForJson(argv)));
}

function linesOf(text: string): string[] {
  return text.replace(/\n$/, '').split('\n');
}

void main(process.argv.slice(2));
