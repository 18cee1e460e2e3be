/** The bytes of standard input, or of a pipe that has a path, as they arrive. */

import { createReadStream } from 'node:fs';

/**
 * `path` null is standard input. Node's own stream is taken for that: it does not wait in a thread while a pipe brings nothing, and
 * such a thread would keep the process from ending when a signal asks it to.
 */
export function inputStream(path: string | null): AsyncIterable<Uint8Array> {
  return path === null ? process.stdin : createReadStream(path);
}
