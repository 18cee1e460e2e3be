/**
 * Digests as lines, in the format of llama-gguf-hash, so that each program can verify what the other wrote: the kind in eight columns, the
 * digest, the file and the tensor, with two spaces between them. The digest of the whole model comes last, without a tensor. After it come
 * the digests that only this program has: `metadata`, of all keys together and of each key, and `file`, of all bytes of a file.
 *
 * A file may name its tensors freely, even with line breaks. So that a name cannot pass for a line, a character that is invisible or unsafe
 * on a terminal is written as `\n`, `\t`, `\r` or `\u{…}`, and a backslash in a name as two. Names of real models are not changed by this.
 */

import type { HashReport, Verification } from '../../report/hash-schema.js';
import { formatCount } from '../../words/format-quantity.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';

const KIND_WIDTH = 8;

export function* hashLines(report: HashReport): Generator<string, void, void> {
  const { file, algorithm, model, tensors = [], metadata, files = [] } = report;
  const path = sanitize(file);
  for (const { name, digest } of tensors) yield line(algorithm, digest, `${path}:${escapeName(name)}`);
  yield line(algorithm, model.digest, path);
  if (model.uuid !== undefined) yield line('uuid', model.uuid, path);
  for (const { key, digest } of metadata?.keys ?? []) yield line('metadata', digest, `${path}:${escapeName(key)}`);
  if (metadata !== undefined) yield line('metadata', metadata.digest, path);
  for (const one of files) yield line('file', one.digest, sanitize(one.file));
}

function line(kind: string, digest: string, subject: string): string {
  return `${kind.padEnd(KIND_WIDTH)}  ${digest}  ${subject}`;
}

function escapeName(name: string): string {
  return sanitize(name.replaceAll('\\', '\\\\'));
}

// The differences from a manifest: a line for each tensor that differs, and a sentence on the whole.

/** How many digits of a digest are shown; the JSON has all. */
const SHOWN_DIGITS = 16;

export function* renderVerification(report: HashReport, { theme }: RenderOptions): Generator<string, void, void> {
  const { verification } = report;
  if (verification === undefined) return;
  const { altered, missing, extra } = verification;
  for (const { name, expected, found } of altered) {
    yield `${theme.level.error('altered')}  ${sanitize(name)}${theme.muted(`  ${short(expected)} → ${short(found)}`)}`;
  }
  for (const { name } of missing) yield `${theme.level.error('missing')}  ${sanitize(name)}`;
  for (const { name } of extra) yield `${theme.level.error('extra')}    ${sanitize(name)}`;
  for (const { file, expected, found } of alteredFiles(verification)) {
    yield `${theme.level.error('altered')}  ${sanitize(file)}${theme.muted(`  ${short(expected)} → ${short(found)}`)}`;
  }
  if (verification.verdict === 'equal') {
    yield `${theme.pass('equal')}    ${equalWords(verification, report.algorithm)}`;
    return;
  }
  yield* differentWords(verification, report.algorithm);
}

function alteredFiles({ files = [] }: Verification): { file: string; expected: string; found: string }[] {
  return files.flatMap(({ file, expected, found }) =>
    expected === undefined || expected === found ? [] : [{ file, expected, found }],
  );
}

function short(digest: string): string {
  return digest.length > SHOWN_DIGITS ? `${digest.slice(0, SHOWN_DIGITS)}…` : digest;
}

function equalWords(verification: Verification, algorithm: string): string {
  const { model, tensors, equal, files = [], metadata } = verification;
  const listed = files.filter(({ expected }) => expected !== undefined).length;
  const weights = [
    ...(tensors === 'compared' ? [formatCount(equal, 'tensor')] : []),
    ...(model === 'equal' ? ['the whole model'] : []),
  ];
  const others = [
    ...(metadata === undefined ? [] : ['the metadata']),
    ...(listed === 0 ? [] : [listed === 1 ? 'the whole file' : formatCount(listed, 'whole file')]),
  ];
  const parts = [
    ...(weights.length === 0 ? [] : [`${weights.join(' and ')} (${algorithm})`]),
    ...(others.length === 0 ? [] : [`${others.join(' and ')} (sha256)`]),
  ];
  const left = files.length - listed;
  const notes = [
    ...(model === 'not-listed' && weights.length > 0 ? ['the manifest does not list the whole model'] : []),
    ...(listed > 0 && left > 0 ? [`the manifest does not list ${formatCount(left, 'file')} of the model`] : []),
  ];
  return [parts.join(', '), ...notes].join('; ');
}

function differentWords(verification: Verification, algorithm: string): string[] {
  const { model, tensors, equal, altered, missing, extra } = verification;
  const outside = outsideWords(verification);
  if (outside !== undefined) return [outside];
  const counts = [
    `${formatCount(equal, 'tensor')} equal`,
    ...(altered.length > 0 ? [`${altered.length} altered`] : []),
    ...(missing.length > 0 ? [`${missing.length} missing`] : []),
    ...(extra.length > 0 ? [`${extra.length} extra`] : []),
  ];
  const whole = { equal: 'equal', altered: 'altered', 'not-listed': 'not in the manifest' }[model];
  const lines = [`${tensors === 'compared' ? `${counts.join(', ')}; ` : ''}the whole model ${whole} (${algorithm})`];
  if (tensors === 'compared' && model === 'altered' && counts.length === 1) {
    lines.push('all tensors are equal, but they are in a different order');
  }
  if (verification.metadata?.verdict === 'different') lines.push(`METADATA DIFFERS${keysWords(verification.metadata)}`);
  return lines;
}

/** The words if no weights differ; undefined if some do. */
function outsideWords(verification: Verification): string | undefined {
  const { model, altered, missing, extra, tensors, metadata } = verification;
  if (model === 'altered' || altered.length + missing.length + extra.length > 0) return undefined;
  const weights = model === 'equal' || tensors === 'compared';
  if (metadata?.verdict === 'different') {
    return `${weights ? 'weights equal; ' : ''}METADATA DIFFERS${keysWords(metadata)}`;
  }
  if (!weights) return 'the file is not the one that the manifest lists (sha256)';
  const also = metadata === undefined ? '' : ' and metadata';
  const where =
    metadata === undefined ? ', in its metadata or between its tensors' : ', between its tensors or after them';
  return `weights${also} equal; THE FILE DIFFERS${where}`;
}

/** Most keys that are listed by name; the JSON has all. */
const MOST_KEYS = 20;

function keysWords({ altered, missing, extra }: NonNullable<Verification['metadata']>): string {
  const keys = [...altered, ...missing.map((key) => `${key} (missing)`), ...extra.map((key) => `${key} (extra)`)].map(
    sanitize,
  );
  if (keys.length === 0) return '';
  const more = keys.length - MOST_KEYS;
  return `: ${keys.slice(0, MOST_KEYS).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
