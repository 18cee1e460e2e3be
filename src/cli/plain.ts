/**
 * The short way to a page, for the line that the program is mostly started with: `gguf-explain MODEL`, maybe with `--json`. Reading a
 * command line with commander, and loading what answers to all other lines, takes longer than reading a header.
 * The build makes a piece of a command that begins here and leaves out what the command loads late; start.ts takes it for a plain line.
 * Where the model is not one file of common length on this disk, or something is asked for that was left out, the line goes the long way from its
 * beginning: nothing has been printed by then. Nothing on the short way waits, so signals need no listener: the system ends the process.
 */

import { readCounts } from '../gguf/header.js';
import { Reader } from '../gguf/reader.js';
import { decodeAt } from '../io/decode-loop.js';
import { openFile } from '../io/file.js';
import { Window } from '../io/window.js';
import { bundledModel, isDemo } from '../locate/bundled-model.js';
import { readShardName } from '../words/shard-names.js';
import type { PlainLine } from './command-word.js';
import type { CommandDefinition } from './define-command.js';
import { tellFailure } from './print-error.js';

/** What the build has put in place of a module that is loaded late: it is thrown there. */
const LEFT_OUT = Symbol.for('gguf-explain.left-out');

type Run = (model: never, values: never) => Promise<void>;

/** Runs a command on a plain line; `inFull` is the long way. */
export async function runPlain(
  definition: CommandDefinition,
  run: Run,
  { model, json }: PlainLine,
  inFull: () => void,
): Promise<void> {
  if (!isOneFile(model)) return inFull();
  process.setUncaughtExceptionCaptureCallback((error) => process.exit(tellFailure(error, json)));
  try {
    await run(model as never, valuesOf(definition, json) as never);
  } catch (error) {
    if (error !== LEFT_OUT) {
      process.exitCode = tellFailure(error, json);
      return;
    }
    process.setUncaughtExceptionCaptureCallback(null);
    inFull();
  }
}

/** The values of the options of which none is given, as program.ts makes them of what commander gives. */
function valuesOf({ options, formats }: CommandDefinition, json: boolean): Record<string, unknown> {
  const values: Record<string, unknown> = { format: json ? 'json' : formats.names[0] };
  // What has no default stays away, which reads as undefined.
  for (const { flags, otherwise, read } of options) {
    if (otherwise !== undefined) values[nameOf(flags)] = read(otherwise as never, flags);
  }
  return values;
}

/** `--fail-on <level>` → `failOn`, as commander names it. */
function nameOf(flags: string): string {
  const [, name = ''] = /--([a-z-]+)/.exec(flags) ?? [];
  return name.replace(/-./g, (letter) => (letter[1] as string).toUpperCase());
}

/** Tensors and entries that a header may list: of longer ones the long way is frugal with memory (start.ts). */
const MOST_LISTED = 4096;

/** Whether a word names one file that is a model by itself, with a header of common length. */
function isOneFile(model: string): boolean {
  if (readShardName(model) !== null) return false;
  try {
    const source = openFile(isDemo(model) ? bundledModel().path : model);
    try {
      const { tensorCount, metadataCount } = decodeAt(
        source,
        readCountsOf,
        new Window(COUNTS_BYTES, source.size, false),
      );
      return tensorCount + metadataCount <= MOST_LISTED;
    } finally {
      source.close();
    }
  } catch {
    // The long way says what is wrong.
    return false;
  }
}

/** More than the counts take, and less than a second look at a file is worth. */
const COUNTS_BYTES = 64;

function readCountsOf(window: Window) {
  return readCounts(new Reader(window));
}
