/** `hash`: its definition. */

import { MODEL } from '../arguments.js';
import { defineCommand, type OptionsOf } from '../define-command.js';
import { choice, flag, text } from '../options.js';

export const HASH = defineCommand({
  name: 'hash',
  summary: 'digests of the tensors and of the file; write or verify a manifest',
  details: 'They do not depend on the metadata, so a renamed or relabeled model keeps its digests.',
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
    flag('--file', 'the whole file too, as sha256sum, the hub and Ollama have it, and each key of the metadata'),
    flag('--uuid', 'the id that llama-gguf-hash gives the model too', { conflicts: ['verify'] }),
    text(
      '--verify <manifest>',
      'compare with a manifest of this program, of llama-gguf-hash or of sha256sum, or - for standard input',
    ),
  ],
  formats: { names: ['text', 'json'] },
});

export type HashOptions = OptionsOf<typeof HASH>;
