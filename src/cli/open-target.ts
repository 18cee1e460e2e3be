/** Opens the model that was typed, with the headers that the command line has for its server. */

import type { FileLocation } from '../locate/location.js';
import { type OpenedModel, type OpenOptions, openModel } from '../open/open-model.js';
import { headersFor } from './locate-target.js';

/** See `openModel`. The caller closes the model. */
export function openTarget(target: string | FileLocation, options: OpenOptions = {}): Promise<OpenedModel> {
  return openModel(target, { ...options, headers: headersFor });
}
