/** What `scan` is to read: the words of the command line, or the lines of standard input, each folder and pattern as the models in it. */

import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { setName } from '../../guide/shard-names.js';
import { isRemote, remoteFileName } from '../../locate/locate.js';
import { LocateError } from '../../locate/locate-error.js';
import { type ModelFile, modelFiles } from '../../locate/model-files.js';

/** A target that stands for one model, or one that leads to none. */
export interface ScanTarget {
  target: string;
  /** Whether it was found, in a folder or a list, and not named: then it must be a file, and no pipe. */
  found?: boolean;
  error?: LocateError;
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
      if (!(error instanceof LocateError)) throw error;
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

/** Goes by the first 48 bits of the SHA-256 of the target's UTF-8. */
export function isInPart(target: string, { number, of }: ScanPart): boolean {
  const digest = createHash('sha256').update(target).digest();
  return digest.readUIntBE(0, 6) % of === number - 1;
}

/** The lines of a stream, without what ends them; empty ones are left out. A line may be a path of any kind, so it is not trimmed. */
export async function* lines(stream: AsyncIterable<Uint8Array>, end: '\n' | '\0'): AsyncGenerator<string, void, void> {
  const parts: Uint8Array[] = [];
  for await (const chunk of stream) {
    let from = 0;
    for (let to = chunk.indexOf(end.charCodeAt(0)); to !== -1; to = chunk.indexOf(end.charCodeAt(0), from)) {
      const line = Buffer.concat([...parts.splice(0), chunk.subarray(from, to)]).toString();
      from = to + 1;
      const word = end === '\n' ? line.replace(/\r$/, '') : line;
      if (word !== '') yield word;
    }
    if (from < chunk.length) parts.push(chunk.subarray(from));
  }
  const rest = Buffer.concat(parts).toString();
  if (rest !== '') yield rest;
}
