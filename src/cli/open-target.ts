/** What was typed as a model → the model, opened with the headers that the command line has for its server. */

import type { FileLocation } from '../locate/location.js';
import { type OpenedModel, type OpenOptions, openModel } from '../open/open-model.js';
import { headersFor } from './locate-target.js';

/** As `openModel`, which see. Whoever gets the model closes it. */
export function openTarget(target: string | FileLocation, options: OpenOptions = {}): Promise<OpenedModel> {
  return openModel(target, { ...options, headers: headersFor });
}
