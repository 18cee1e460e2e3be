/** The definition of `hash`. */

import { MODEL } from '../arguments.js';
import { defineCommand, type OptionsOf } from '../define-command.js';
import { choice, flag, text } from '../options.js';

export const HASH = defineCommand({
  name: 'hash',
  summary: 'digests of the tensors and of the file; write or verify a manifest',
  details: 'The digests of tensors do not depend on the metadata, so a renamed or relabeled model keeps them.',
  group: 'verify',
  reports: ['hash'],
  arguments: [MODEL],
  options: [
    choice('--algorithm <name>', 'kind of digest (default: sha256, or the strongest one in the manifest)', [
      'sha256',
      'sha1',
      'xxh64',
    ]),
    flag('--no-layer', 'only the whole model, not each tensor'),
    flag('--file', 'also the whole file (the SHA-256 of sha256sum, the hub and Ollama) and each metadata key'),
    flag('--uuid', 'also the id that llama-gguf-hash gives the model', { conflicts: ['verify'] }),
    text(
      '--verify <manifest>',
      'compare with a manifest of this program, of llama-gguf-hash or of sha256sum, or - for standard input',
      { offers: 'files' },
    ),
  ],
  formats: { names: ['text', 'json'] },
});

export type HashOptions = OptionsOf<typeof HASH>;
