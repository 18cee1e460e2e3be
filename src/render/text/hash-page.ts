/**
 * Digests as lines, in the format of llama-gguf-hash, so that either program can verify what the other wrote: the kind in eight
 * columns, the digest, the file and the tensor, with two spaces between. The whole model comes last, without a tensor.
 *
 * A file may name its tensors as it likes, with line breaks too. So that no name can pass for a line, a character that a terminal must
 * not see or that cannot be seen is written as `\n`, `\t`, `\r` or `\u{…}`, and a backslash in a name as two. The names that models
 * really have come out as they are.
 */

import type { HashReport } from '../../report/hash-schema.js';
import { sanitize } from '../sanitize.js';

const KIND_WIDTH = 8;

export function* hashLines({ file, algorithm, model, tensors = [] }: HashReport): Generator<string, void, void> {
  const path = sanitize(file);
  for (const { name, digest } of tensors) yield line(algorithm, digest, `${path}:${escapeName(name)}`);
  yield line(algorithm, model.digest, path);
  if (model.uuid !== undefined) yield line('uuid', model.uuid, path);
}

function line(kind: string, digest: string, subject: string): string {
  return `${kind.padEnd(KIND_WIDTH)}  ${digest}  ${subject}`;
}

function escapeName(name: string): string {
  return sanitize(name.replaceAll('\\', '\\\\'));
}
