/** Renders the chat templates of files that are checked. The engine for it is loaded with the first file that has one. */

import { templatesOf } from '../checks/jinja/templates.js';
import type { GgufFile } from '../gguf/decode.js';
import { findTokens } from '../gguf/find-tokens.js';
import { openFile } from '../io/file.js';
import { memorySource } from '../io/memory-source.js';
import type { Found } from '../locate/location.js';

type Reading = (location: Found) => GgufFile | Promise<GgufFile>;

/** The same reading, after which the rules about rendered templates find what they are about. */
export function withTemplates(read: Reading): Reading {
  return (location) => {
    const reading = read(location);
    // Without waiting where nothing has to be waited for.
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

/** Undefined where the vocabulary has passed, or is far away. */
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
