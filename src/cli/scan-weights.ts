/** The numbers of a model for the commands that tell of them: the header, then all data once. */

import { type ScannedModel, type ScanSettings, scanModelValues } from '../library/values.js';
import type { Found } from '../locate/location.js';
import { openModel } from '../open/open-model.js';
import { aboutTarget } from '../open/read-header.js';
import { closeInput } from './interruption.js';
import { headersFor } from './locate-target.js';
import { watchOnTerminal } from './terminal-watch.js';

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
