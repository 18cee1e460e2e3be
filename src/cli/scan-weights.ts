/** The numbers of a model for the commands that tell of them: the header, then all data once. */

import { type ScannedModel, type ScanSettings, scanModelValues } from '../library/values.js';
import type { Found } from '../locate/location.js';
import { openModel } from '../open/open-model.js';
import { aboutTarget } from '../open/read-header.js';
import { closeInput } from './interruption.js';
import { headersFor } from './locate-target.js';
import { watchOnTerminal } from './terminal-watch.js';
import { UsageError } from './usage-error.js';

/**
 * Reads a model whole: what was typed, or where it is. Throws as `openModel` does. A signal such as Ctrl-C ends it early, with what was
 * found so far.
 */
export async function scanWeights(
  target: string | Found,
  settings: ScanSettings,
): Promise<ScannedModel & { location: Found }> {
  const opened = await openModel(target, { data: true, headers: headersFor });
  try {
    return { location: opened.location, ...(await scanModelValues(opened, settings, watchOnTerminal)) };
  } catch (error) {
    throw aboutTarget(error, opened.name);
  } finally {
    await closeInput(opened);
  }
}

/** More threads than any machine has cores for. */
const MOST_THREADS = 256;

/** The value of `--threads`. Throws UsageError. */
export function readThreads(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const threads = /^\d+$/.test(text) ? Number(text) : 0;
  if (threads >= 1 && threads <= MOST_THREADS) return threads;
  throw new UsageError('bad-number', `--threads ${text} is no number from 1 to ${MOST_THREADS}`);
}
