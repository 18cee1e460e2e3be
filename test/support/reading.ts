/** The ways in which bytes reach the decoder, for tests that expect the same result from all of them. */

import { FORMAT_RULES } from '../../src/checks/format/rules.js';
import { NO_SURROUNDINGS, type Surroundings } from '../../src/checks/surroundings.js';
import { decodeHeader, type GgufFile } from '../../src/gguf/decode.js';
import { GgufError, type GgufErrorCode } from '../../src/gguf/error.js';
import type { Finding } from '../../src/gguf/finding.js';
import { decodeAt, decodeStream, type RandomAccess } from '../../src/io/decode-loop.js';
import { memorySource } from '../../src/io/memory-source.js';
import { interpret } from '../../src/model/model.js';

export function read(bytes: Uint8Array): GgufFile {
  return readSource(memorySource(bytes));
}

export function readSource(source: RandomAccess): GgufFile {
  return decodeAt(source, (window) => decodeHeader(window));
}

/** Reads bytes as a stream in pieces of `pieceBytes`; with `size`, the decoder knows the total in advance. */
export function readStream(bytes: Uint8Array, pieceBytes: number, size?: number): Promise<GgufFile> {
  return decodeStream(pieces(bytes, pieceBytes), (window) => decodeHeader(window), size);
}

export async function* pieces(bytes: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

/** How a reading ended: with the file, or with the error as its code and place. */
export type Outcome = { file: GgufFile } | { code: GgufErrorCode; offset: number };

/** Runs a reading. Errors other than GgufError are rethrown. */
export function outcome(reading: () => GgufFile): Outcome {
  try {
    return { file: reading() };
  } catch (error) {
    return failure(error);
  }
}

export async function outcomeOf(reading: Promise<GgufFile>): Promise<Outcome> {
  return reading.then((file) => ({ file }), failure);
}

function failure(error: unknown): Outcome {
  if (!(error instanceof GgufError)) throw error;
  return { code: error.code, offset: error.offset };
}

/** The error that a reading ends in. */
export function errorOf(reading: () => GgufFile): GgufError {
  try {
    reading();
  } catch (error) {
    if (error instanceof GgufError) return error;
    throw error;
  }
  throw new Error('the reading went through');
}

/** All findings about the format: those of the reading, and those of the rules in src/checks/format. */
export function formatFindings(file: GgufFile, around: Partial<Surroundings> = {}): Finding[] {
  const model = interpret(file);
  return [...file.findings, ...FORMAT_RULES.flatMap((rule) => rule.judge(model, { ...NO_SURROUNDINGS, ...around }))];
}

/** The codes of a file's findings about the format, each once, sorted. */
export function codesOf(file: GgufFile, around: Partial<Surroundings> = {}): string[] {
  return [...new Set(formatFindings(file, around).map(({ code }) => code))].sort();
}
