/**
 * Digests as lines, in the format of llama-gguf-hash, so that either program can verify what the other wrote: the kind in eight
 * columns, the digest, the file and the tensor, with two spaces between. The whole model comes last, without a tensor.
 *
 * A file may name its tensors as it likes, with line breaks too. So that no name can pass for a line, a character that a terminal must
 * not see or that cannot be seen is written as `\n`, `\t`, `\r` or `\u{…}`, and a backslash in a name as two. The names that models
 * really have come out as they are.
 */

import type { HashReport, Verification } from '../../report/hash-schema.js';
import { formatCount } from '../../words/format-quantity.js';
import type { RenderOptions } from '../options.js';
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

// What a manifest says otherwise: a line for each tensor that differs, and a sentence on the whole.

/** Digits of a digest that are shown; the JSON has all. */
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
  if (verification.verdict === 'equal') {
    yield `${theme.pass('equal')}    ${equalWords(verification, report.algorithm)}`;
    return;
  }
  yield* differentWords(verification, report.algorithm);
}

function short(digest: string): string {
  return digest.length > SHOWN_DIGITS ? `${digest.slice(0, SHOWN_DIGITS)}…` : digest;
}

function equalWords({ model, tensors, equal }: Verification, algorithm: string): string {
  const parts = [
    ...(tensors === 'compared' ? [formatCount(equal, 'tensor')] : []),
    ...(model === 'equal' ? ['the whole model'] : []),
  ];
  const manifest = model === 'not-listed' ? '; the manifest does not list the whole model' : '';
  return `${parts.join(' and ')} (${algorithm})${manifest}`;
}

function differentWords({ model, tensors, equal, altered, missing, extra }: Verification, algorithm: string): string[] {
  const counts = [
    `${formatCount(equal, 'tensor')} equal`,
    ...(altered.length > 0 ? [`${altered.length} altered`] : []),
    ...(missing.length > 0 ? [`${missing.length} missing`] : []),
    ...(extra.length > 0 ? [`${extra.length} extra`] : []),
  ];
  const whole = { equal: 'equal', altered: 'altered', 'not-listed': 'not in the manifest' }[model];
  const lines = [`${tensors === 'compared' ? `${counts.join(', ')}; ` : ''}the whole model ${whole} (${algorithm})`];
  if (tensors === 'compared' && model === 'altered' && counts.length === 1) {
    lines.push('every tensor is equal, but they follow each other in another order');
  }
  return lines;
}
