/**
 * A `check` report as results that code-review programs show one by one: findings, and files that cannot be read, which get the highest
 * level. The parts of a result that stay the same between runs (its fingerprint) and the place where it is shown (a path) are decided here
 * for all formats.
 */

import { createHash } from 'node:crypto';
import { isAbsolute, posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CheckedFile, CheckReport } from '../report/check-schema.js';
import type { FindingReport } from '../report/schema.js';
import type { FindingGroup, Level } from '../words/findings.js';
import { asPath, isRemote } from '../words/remote-names.js';
import { withoutTrailing } from '../words/without-trailing.js';

export interface CiResult {
  target: string;
  code: string;
  /** "reading" for a file that cannot be read. */
  group: FindingGroup | 'reading';
  level: Level;
  message: string;
  hint?: string | undefined;
  /** Byte offset in the file. */
  offset?: number | undefined;
  key?: string | undefined;
  tensor?: string | undefined;
  /**
   * Stays the same if the next run finds the same fault. It is made from the rule and the tensor or key, with a running number if a file
   * has several of them. Results of different files may have the same fingerprint.
   */
  fingerprint: string;
}

/** In the order of the report. */
export function ciResults({ files }: CheckReport): CiResult[] {
  return files.flatMap((file) => {
    const met = new Map<string, number>();
    return resultsOf(file).map((result) => {
      const about = JSON.stringify([result.code, result.tensor ?? null, result.key ?? null]);
      const number = (met.get(about) ?? 0) + 1;
      met.set(about, number);
      return { ...result, fingerprint: `${digest(about)}:${number}` };
    });
  });
}

function resultsOf({ target, error, findings }: CheckedFile): Omit<CiResult, 'fingerprint'>[] {
  const told = findings.map((finding) => ({ target, ...ofFinding(finding) }));
  if (error === undefined) return told;
  const { code, expected, found = 'nothing', hint, offset } = error;
  const message = expected === undefined ? error.message : `${error.message}: expected ${expected}, found ${found}`;
  return [{ target, code, group: 'reading', level: 'error', message, hint, offset }, ...told];
}

function ofFinding({ code, group, level, message, hint, place }: FindingReport) {
  const { offset, key, tensor } = place;
  return { code, group, level, message, hint, offset, key, tensor };
}

const GRAVITY: Record<Level, number> = { error: 0, warning: 1, advice: 2 };

/** Worst first. Within a level, files that cannot be read come first, and the rest stays in order. */
export function gravestFirst(results: readonly CiResult[]): CiResult[] {
  const rank = ({ level, group }: CiResult) => 2 * GRAVITY[level] + (group === 'reading' ? 0 : 1);
  return [...results].sort((a, b) => rank(a) - rank(b));
}

/** Enough digits to distinguish a million results. */
const FINGERPRINT_DIGITS = 16;

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, FINGERPRINT_DIGITS);
}

/**
 * A target as a relative URI, or as a `file:` URI. Code-review pages belong to a checkout and show nothing for other schemes, so
 * `hf:owner/repo:Q4_K_M` and addresses become paths that look like them.
 */
export function uriOf(target: string): string {
  if (target === '-') return 'stdin';
  if (isAbsolute(target)) return pathToFileURL(target).href;
  const path = isRemote(target) ? asPath(target) : target;
  return encodePath(path) || '.';
}

/** A target as a path from the folder of the checkout, as GitLab requires. */
export function pathIn(folder: string, target: string): string {
  if (target === '-') return 'stdin';
  const path = target.replaceAll('\\', '/');
  const root = `${withoutTrailing(folder.replaceAll('\\', '/'), '/')}/`;
  if (path.startsWith(root)) return posix.normalize(path.slice(root.length));
  if (isAbsolute(target)) return path.replace(/^\/+/, '');
  return isRemote(target) ? uriOf(target) : posix.normalize(path);
}

function encodePath(path: string): string {
  // A name on some systems can contain half a surrogate pair, which is not allowed in a URI.
  const whole = Buffer.from(path).toString().replaceAll('\\', '/');
  const normal = whole === '' ? '' : posix.normalize(whole);
  return normal.split('/').map(encodeURIComponent).join('/');
}
