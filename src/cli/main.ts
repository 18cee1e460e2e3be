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
import { isTerminal, pageWidth } from './terminal.js';
import { asksForJson, commandMeant, joinTwoWordOptions } from './typed-words.js';

/** Columns of the widest help that is pleasant to read. */
const WIDEST_HELP = 110;

/** How the help leaves. What commander refuses is told in our words, once it has been thrown. */
const OUTPUT = {
  writeOut: (text: string) => writeLines(linesOf(text)),
  writeErr: (text: string) => tellLines(linesOf(text)),
  outputError: () => {},
  getOutHelpWidth: () => Math.min(pageWidth(isTerminal(1)), WIDEST_HELP),
};

/** What a line without any word gets. */
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
    // Stands where telling the error fails too.
    process.exitCode = EXIT.failed;
    // Whatever the work ran into after a signal, the signal is what ended it.
    if (interruptedBy() !== undefined) await endInterrupted(false, argv);
    process.exitCode = exitCodeFor(await inOurWords(error, argv), asksForJson(argv));
  }
}

/** An error with what can be said of it once the whole command line is known. */
async function inOurWords(error: unknown, argv: readonly string[]): Promise<unknown> {
  const refused = error instanceof CommanderError && error.exitCode !== 0;
  if (!refused && !isExplained(error)) return error;
  const { hintAtCommand, hintAtHelp, misuse } = await import('./suggest-command.js');
  if (refused) return misuse(error, argv);
  if (!isExplained(error)) return error;
  if (error.code === 'file-not-found') hintAtCommand(error, argv);
  else hintAtHelp(error, argv);
  return error;
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

/** Help and the version end commander with an error too. */
function exitCodeFor(error: unknown, json: boolean): number {
  return error instanceof CommanderError ? EXIT.fine : tellFailure(error, json);
}

/** For what nobody caught, in a callback or a promise that nobody waits for: told like any error, then the program ends at once. */
function lastResort(error: unknown, argv: readonly string[]): void {
  process.exit(exitCodeFor(error, asksForJson(argv)));
}

function linesOf(text: string): string[] {
  return text.replace(/\n$/, '').split('\n');
}

void main(process.argv.slice(2));
