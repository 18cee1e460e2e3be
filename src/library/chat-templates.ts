/** Renders the chat templates of checked files. The template engine is loaded for the first file that has one. */

import { templatesOf } from '../checks/jinja/templates.js';
import type { GgufFile } from '../gguf/decode.js';
import { findTokens } from '../gguf/find-tokens.js';
import { openFile } from '../io/file.js';
import { memorySource } from '../io/memory-source.js';
import type { Found } from '../locate/location.js';

type Reading = (location: Found) => GgufFile | Promise<GgufFile>;

/** Adds the rendered templates to each file that `read` returns, for the rules that judge them. */
export function withTemplates(read: Reading): Reading {
  return (location) => {
    const reading = read(location);
    // Stays synchronous if the reading is.
    return reading instanceof Promise ? reading.then((file) => rendered(file, location)) : rendered(reading, location);
  };
}

function rendered(file: GgufFile, location: Found): GgufFile | Promise<GgufFile> {
  return templatesOf(file).length === 0 ? file : render(file, location);
}

async function render(file: GgufFile, location: Found): Promise<GgufFile> {
  const { renderTemplates } = await import('../checks/jinja/render-templates.js');
  renderTemplates(file, (words) => findIn(location, file, words));
  return file;
}

/** Undefined if the bytes of the vocabulary are no longer available (a stream), or are not on this machine. */
function findIn(location: Found, file: GgufFile, words: readonly string[]): ReadonlySet<string> | undefined {
  if (location.kind === 'memory') return findTokens({ source: memorySource(location.bytes) }, file, words);
  if (location.kind !== 'file') return undefined;
  const source = openFile(location.path);
  try {
    return findTokens({ source }, file, words);
  } finally {
    source.close();
  }
}
