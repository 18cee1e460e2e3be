/**
 * What `scan` reads: the arguments of the command line, or the lines of standard input. Folders and globs are replaced by the models in
 * them.
 */

import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { blamesInput, type ExplainedError, UsageError } from '../../explained-error.js';
import { LineTooLong, lines } from '../../io/lines.js';
import { type ModelFile, modelFiles, type Wanted } from '../../locate/model-files.js';
import { isRemote, remoteFileName } from '../../words/remote-names.js';
import { setName } from '../../words/shard-names.js';
import { withoutSignature } from '../../words/without-secrets.js';

/** A target that stands for one model, or the error of one that does not. */
export interface ScanTarget {
  target: string;
  /** True if it was found in a folder or a list, and not named by the user: then it must be a file, not a pipe. */
  found?: boolean;
  error?: ExplainedError;
}

/** The models of each argument; if two arguments name the same model, it comes twice. A split model comes once, by its first file. */
export async function* scanTargets(
  words: AsyncIterable<string> | Iterable<string>,
  wanted: Wanted,
): AsyncGenerator<ScanTarget, void, void> {
  // A list contains every file of a set, but each of them stands for the whole model.
  const sets = new Set<string>();
  for await (const word of words) {
    let files: ModelFile[];
    try {
      files = await modelFiles(word, wanted);
    } catch (error) {
      if (!blamesInput(error)) throw error;
      yield { target: word, error };
      continue;
    }
    for (const { path: target, found, problem } of files) {
      const set = setOf(target);
      if (set === undefined || !sets.has(set)) yield { target, found, ...(problem && { error: problem }) };
      if (set !== undefined) sets.add(set);
    }
  }
}

/** A name for the set that a target is a shard of, the same for all its shards; undefined for a model in one file. */
function setOf(target: string): string | undefined {
  const fileName = isRemote(target) ? remoteFileName(target) : basename(target);
  const set = fileName === null ? null : setName(fileName);
  if (fileName === null || set === null) return undefined;
  // In an address the file name may be followed by a revision or a query.
  return isRemote(target) ? target.replace(fileName, set) : join(dirname(target), set);
}

/** One part of all targets. Every target is in exactly one part: the same on every machine, whatever the other targets are. */
export interface ScanPart {
  /** Counted from 1. */
  number: number;
  of: number;
}

/** Reads `1/4`, the first of four parts. Throws UsageError; `option` is the name of the option for its message. */
export function readPart(text: string, option: string): ScanPart {
  const [, number, of] = /^(\d{1,7})\/(\d{1,7})$/.exec(text) ?? [];
  const part = { number: Number(number), of: Number(of) };
  if (part.number >= 1 && part.number <= part.of) return part;
  const hint = 'write 1/4 for the first of four parts: both count from 1';
  throw new UsageError('bad-shard', `${option}: "${text}" is not a part of a whole`, hint);
}

/**
 * Uses the first 48 bits of the SHA-256 of the target in UTF-8. The signature in an address does not count, because each machine may have
 * another one.
 */
export function isInPart(target: string, { number, of }: ScanPart): boolean {
  const digest = createHash('sha256').update(withoutSignature(target)).digest();
  return digest.readUIntBE(0, 6) % of === number - 1;
}

/** Most bytes in a line of standard input: paths have at most 4 KiB, and addresses are not much longer. */
const MOST_LINE_BYTES = 64 * 1024;

/** The targets of a list, as it arrives. Throws UsageError for a line that is too long for a target. */
export async function* listedTargets(
  stream: AsyncIterable<Uint8Array>,
  end: '\n' | '\0',
): AsyncGenerator<string, void, void> {
  try {
    yield* lines(stream, { end, most: MOST_LINE_BYTES });
  } catch (error) {
    if (!(error instanceof LineTooLong)) throw error;
    const hint =
      end === '\n' ? 'lists that find -print0 writes are for scan -0' : 'a NUL character ends each target with -0';
    throw new UsageError('line-too-long', `standard input: ${error.message}`, hint);
  }
}
