/** The start of the program: parses the command line, runs the command, turns errors into a sentence and an exit code. */

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
import { isTerminal, pageWidth } from './terminal.js';
import { asksForJson, commandMeant, joinTwoWordOptions } from './typed-words.js';

/** Most columns for the help, so that it is pleasant to read. */
const WIDEST_HELP = 110;

/** How the help is written. commander's own errors are not printed: they are thrown, and reworded later. */
const OUTPUT = {
  writeOut: (text: string) => writeLines(linesOf(text)),
  writeErr: (text: string) => tellLines(linesOf(text)),
  outputError: () => {},
  getOutHelpWidth: () => Math.min(pageWidth(isTerminal(1)), WIDEST_HELP),
};

/** Printed for a command line without any word. */
const WAY_IN = [
  'gguf-explain shows what is stored in a GGUF model file, what each matrix does, and what is computed at run time.',
  '',
  '  gguf-explain demo        the small model that is included',
  '  gguf-explain MODEL       a .gguf file, a folder, an address, hf:owner/repo:Q4_K_M or ollama:name',
  '  gguf-explain list        the models on this machine',
  '  gguf-explain --help      all commands',
];

async function main(argv: readonly string[]): Promise<void> {
  process.setUncaughtExceptionCaptureCallback((error) => lastResort(error, argv));
  try {
    if (argv.length === 0) {
      process.exitCode = EXIT.failed;
      return tellLines(WAY_IN);
    }
    const program = makeProgram(neededFor(argv));
    for (const command of [program, ...program.commands]) command.exitOverride().configureOutput(OUTPUT);
    const words = spelledOut(joinTwoWordOptions(argv));
    if (words[0] === 'help') (await import('./suggest-command.js')).mustBeCommand(words[1]);
    await untilInterrupted(() => program.parseAsync(words, { from: 'user' }));
    if (interruptedBy() !== undefined) await endInterrupted(true, argv);
  } catch (error) {
    // Set first, in case reporting the error fails too.
    process.exitCode = EXIT.failed;
    // After a signal, the signal is the reason, whatever error the work ended with.
    if (interruptedBy() !== undefined) await endInterrupted(false, argv);
    process.exitCode = exitCodeFor(await inOurWords(error, argv), asksForJson(argv));
  }
}

/** Adds to an error what only the whole command line can explain. */
async function inOurWords(error: unknown, argv: readonly string[]): Promise<unknown> {
  const refused = error instanceof CommanderError && error.exitCode !== 0;
  if (!refused && !isExplained(error)) return error;
  const { hintAtCommand, hintAtHelp, misuse, nameModel } = await import('./suggest-command.js');
  if (refused) return misuse(error, argv);
  if (!isExplained(error)) return error;
  if (error.code === 'file-not-found') hintAtCommand(error, argv);
  else hintAtHelp(error, argv);
  nameModel(error, argv);
  return error;
}

/** Only the command that is meant: telling commander about all commands takes as long as reading a header. */
function neededFor(argv: readonly string[]): readonly Command[] {
  return mayAskForHelp(argv) ? COMMANDS : [commandMeant(argv)];
}

/**
 * Says how far the work got, and ends the process, because connections and threads may still be working. `shown`: see `tellInterruption`.
 */
async function endInterrupted(shown: boolean, argv: readonly string[]): Promise<never> {
  const signal = interruptedBy() as StopSignal;
  try {
    (await import('./tell-interruption.js')).tellInterruption(signal, shown, asksForJson(argv));
  } finally {
    releasePipes();
    process.exit(STOPPED[signal]);
  }
}

/** commander also ends help and version with an error. */
function exitCodeFor(error: unknown, json: boolean): number {
  return error instanceof CommanderError ? EXIT.fine : tellFailure(error, json);
}

/** For an uncaught error, in a callback or a promise that nothing waits for: reported like any error, then the program ends at once. */
function lastResort(error: unknown, argv: readonly string[]): void {
  process.exit(exitCodeFor(error, asksForJson(argv)));
}

function linesOf(text: string): string[] {
  return text.replace(/\n$/, '').split('\n');
}

void main(process.argv.slice(2));
