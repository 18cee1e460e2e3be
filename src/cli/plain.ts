/**
 * The short way to a page, for the most common line: `gguf-explain MODEL`, optionally with `--json`. Parsing a command line with commander,
 * and loading the code for all other lines, takes longer than reading a header. The build makes a piece for a command that begins here and
 * leaves out what the command loads late; start.ts chooses it for a plain line. If the model is not one file with a header of usual length
 * on this disk, or if something is needed that was left out, the line starts again on the long way: nothing has been printed by then.
 * Nothing on the short way waits, so signals need no listener: the system ends the process.
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

/** What the build inserts for a module that is loaded late: its import throws this. */
const LEFT_OUT = Symbol.for('gguf-explain.left-out');

type Run = (model: never, values: never) => Promise<void>;

/** Runs a command on a plain line; `inFull` starts the long way. */
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

/** The values of the options when none is given, the same as program.ts makes them from commander's values. */
function valuesOf({ options, formats }: CommandDefinition, json: boolean): Record<string, unknown> {
  const values: Record<string, unknown> = { format: json ? 'json' : formats.names[0] };
  // An option without a default has no entry, which reads as undefined.
  for (const { flags, otherwise, read } of options) {
    if (otherwise !== undefined) values[nameOf(flags)] = read(otherwise as never, flags);
  }
  return values;
}

/** `--fail-on <level>` → `failOn`, the name that commander uses. */
function nameOf(flags: string): string {
  const [, name = ''] = /--([a-z-]+)/.exec(flags) ?? [];
  return name.replace(/-./g, (letter) => (letter[1] as string).toUpperCase());
}

/** Most tensors and entries in a header for the short way; for longer headers the long way saves memory (start.ts). */
const MOST_LISTED = 4096;

/** Whether a word names one file that is a whole model, with a header of usual length. */
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
    // The long way reports the error.
    return false;
  }
}

/** The counts take fewer bytes, and reading this many costs less than reading the file a second time. */
const COUNTS_BYTES = 64;

function readCountsOf(window: Window) {
  return readCounts(new Reader(window));
}
