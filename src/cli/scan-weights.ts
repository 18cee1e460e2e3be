/** Reads the numbers of a model, for the commands that report on them: the header, then all data once. */

import { type ScannedModel, type ScanSettings, scanModelValues } from '../library/values.js';
import type { Found } from '../locate/location.js';
import { openModel } from '../open/open-model.js';
import { aboutTarget } from '../open/read-header.js';
import { closeInput } from './interruption.js';
import { headersFor } from './locate-target.js';
import { watchOnTerminal } from './terminal-watch.js';

/**
 * Reads a whole model, given by what was typed or by its location. Throws as `openModel` does. A signal such as Ctrl-C stops it early, and
 * what was found so far is kept.
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
