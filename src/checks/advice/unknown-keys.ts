/** Keys that llama.cpp does not read. */

import type { MetadataEntry } from '../../gguf/metadata.js';
import { knownKey } from '../../model/metadata-key.js';
import { ofLlamaCpp } from '../applies-to.js';
import { defineCheck } from '../define-check.js';

/** First parts of keys that belong to llama.cpp; any other first part belongs to the program that made the file. */
const NAMESPACES: ReadonlySet<string> = new Set([
  ...['general', 'tokenizer', 'split', 'quantize', 'imatrix', 'adapter', 'clip', 'controlvector', 'diffusion', 'xielu'],
]);

/** Most keys that a finding lists. */
const MOST_SHOWN = 3;

export const UNKNOWN_KEY_CHECKS = [
  /** Keys in llama.cpp's namespaces that llama.cpp does not know: misspelled, newer than this table, or invented. */
  defineCheck({
    code: 'unknown-keys',
    group: 'advice',
    level: 'advice',
    says: '{count, key} that llama.cpp does not know for this architecture: {examples}',
    hint: 'they are misspelled, or newer than this program; the version of llama.cpp that it knows does not read them',
    appliesTo: ofLlamaCpp,
    judge({
      file,
      model: {
        hyperparameters: { architecture },
      },
    }) {
      const unknown: MetadataEntry[] = [];
      let foreign = 0;
      for (const entry of file.metadata) {
        if (entry.key === '' || knownKey(entry.key, architecture) !== undefined) continue;
        const [namespace = ''] = entry.key.split('.', 1);
        const own = architecture !== null && entry.key.startsWith(`${architecture}.`);
        if (own || NAMESPACES.has(namespace)) unknown.push(entry);
        else foreign++;
      }
      const [first] = unknown;
      if (first === undefined) return [];
      const examples = unknown.slice(0, MOST_SHOWN).map(({ key }) => shortened(key));
      const place = { offset: first.offset, key: first.key };
      const facts = { count: unknown.length, examples: examples.join(', '), foreign };
      return [{ place, facts }];
    },
  }),
];

/** Shortens a key, so that one malicious key cannot displace the others. */
function shortened(key: string): string {
  return key.length <= 60 ? key : `${[...key.slice(0, 60)].slice(0, -1).join('')}…`;
}
