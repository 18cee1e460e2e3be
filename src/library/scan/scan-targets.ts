/** What `scan` is to read: the words of the command line, or the lines of standard input, each folder and pattern as the models in it. */

import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { blamesInput, type ExplainedError, UsageError } from '../../explained-error.js';
import { LineTooLong, lines } from '../../io/lines.js';
import { isRemote, remoteFileName } from '../../locate/locate.js';
import { type ModelFile, modelFiles } from '../../locate/model-files.js';
import { setName } from '../../words/shard-names.js';

/** A target that stands for one model, or one that leads to none. */
export interface ScanTarget {
  target: string;
  /** Whether it was found, in a folder or a list, and not named: then it must be a file, and no pipe. */
  found?: boolean;
  error?: ExplainedError;
}

/**
 * Each model of the words, once for each word; a split model once, by its first file. `named` is false for the lines of a list.
 */
export async function* scanTargets(
  words: AsyncIterable<string> | Iterable<string>,
  named: boolean,
): AsyncGenerator<ScanTarget, void, void> {
  // A list of files has each file of a set, and each of them stands for all.
  const sets = new Set<string>();
  for await (const word of words) {
    let files: ModelFile[];
    try {
      files = await modelFiles(word, named);
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

/** The set that a target is a shard of, the same for all its shards; undefined for a model by itself. */
function setOf(target: string): string | undefined {
  const fileName = isRemote(target) ? remoteFileName(target) : basename(target);
  const set = fileName === null ? null : setName(fileName);
  if (fileName === null || set === null) return undefined;
  // An address goes on behind the name: there is a revision, or what the server is asked.
  return isRemote(target) ? target.replace(fileName, set) : join(dirname(target), set);
}

/** One part of all targets: every target is in exactly one of the parts, whatever the others are, on every machine. */
export interface ScanPart {
  /** From 1. */
  number: number;
  of: number;
}

/** Reads `1/4`, the first of four parts. Throws UsageError; `option` is what it calls the text by. */
export function readPart(text: string, option: string): ScanPart {
  const [, number, of] = /^(\d{1,7})\/(\d{1,7})$/.exec(text) ?? [];
  const part = { number: Number(number), of: Number(of) };
  if (part.number >= 1 && part.number <= part.of) return part;
  const hint = 'write 1/4 for the first of four parts: both count from 1';
  throw new UsageError('bad-shard', `${option}: "${text}" is not a part of a whole`, hint);
}

/** Goes by the first 48 bits of the SHA-256 of the target's UTF-8. */
export function isInPart(target: string, { number, of }: ScanPart): boolean {
  const digest = createHash('sha256').update(target).digest();
  return digest.readUIntBE(0, 6) % of === number - 1;
}

/** Bytes of a line of standard input: paths have at most 4 KiB, and addresses are not much longer. */
const MOST_LINE_BYTES = 64 * 1024;

/** The targets of a list as it arrives. Throws UsageError for a line that is longer than any target. */
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
