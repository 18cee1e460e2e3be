/** `hash`: digests of the tensor data, written as a manifest or compared with one. */

import { UsageError } from '../../explained-error.js';
import { fileChunks } from '../../io/open-file.js';
import { hashOpened, type Manifest, needsHeaderBytes, readManifest } from '../../library/hash.js';
import { systemError } from '../../locate/locate-error.js';
import { aboutTarget } from '../../open/read-header.js';
import { hashLines, renderVerification } from '../../render/text/hash-page.js';
import type { HashOptions } from '../definitions/hash.js';
import { EXIT } from '../exit-codes.js';
import { printReport } from '../formats.js';
import { locateTarget } from '../locate-target.js';
import { openTarget } from '../open-target.js';
import { watchOnTerminal } from '../terminal-watch.js';

export async function run(target: string, options: HashOptions): Promise<void> {
  const { verify, format, ...question } = options;
  const manifest = verify === undefined ? undefined : await manifestAt(verify, target);
  const typed = locateTarget(target);
  const headerBytes = needsHeaderBytes({ file: question.file, manifest });
  const report = await naming(target, async () => {
    await using opened = await openTarget(target, { data: true, headerBytes });
    return await hashOpened(opened, typed.path ?? typed.name, { ...question, manifest }, watchOnTerminal);
  });
  await printReport(report, format, { text: report.verification === undefined ? hashLines : renderVerification });
  if (report.verification?.verdict === 'different') process.exitCode = EXIT.findings;
}

/** Ten times the size of a manifest for the largest number of tensors that a header may have, with each kind of digest. */
const MOST_MANIFEST_BYTES = 64 * 1024 * 1024;

async function manifestAt(path: string, target: string): Promise<Manifest> {
  if (path === '-' && target === '-') {
    throw new UsageError('bad-manifest', 'the model and the manifest cannot both come through standard input');
  }
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const piece of fileChunks(path === '-' ? null : path)) {
      bytes += piece.length;
      // Pipes and devices have no size to check before reading.
      if (bytes > MOST_MANIFEST_BYTES) {
        const message = `${path}: it is too large for a manifest, which has at most ${MOST_MANIFEST_BYTES / 1024 / 1024} MiB`;
        throw new UsageError('bad-manifest', message);
      }
      pieces.push(piece);
    }
  } catch (error) {
    throw (error as NodeJS.ErrnoException).syscall === undefined ? error : systemError(path, error);
  }
  return readManifest(path, Buffer.concat(pieces, bytes));
}

/** Adds to an error the name of the model that it is about. */
async function naming<T>(target: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw aboutTarget(error, target);
  }
}
