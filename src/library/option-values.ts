/** What callers of the library ask for, as JavaScript gives it: checked, so that a slip is an error and not a wrong number. */

import { UsageError } from '../explained-error.js';
import { bytesFrom } from '../words/quantities.js';

/** A whole number in a range, or undefined where nothing is said. Throws UsageError. */
export function inRange(option: string, value: unknown, least: number, most: number): number | undefined {
  if (value === undefined) return undefined;
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return value as number;
  throw new UsageError('bad-number', `${option}: ${shown(value)} is not a whole number from ${least} to ${most}`);
}

/** Bytes from `24GiB`, `24G` or `512MB`. Whoever leaves out the unit mostly means another one than bytes. Throws UsageError. */
export function bytesIn(text: string, name: string): number {
  const bytes = bytesFrom(text) ?? 0;
  const number = text.trim();
  if (/^\d+(\.\d+)?$/.test(number) && Number(number) > 0) {
    throw new UsageError('bad-size', `${name} ${number}: bytes?`, `write ${number}GiB or ${number}GB`);
  }
  if (bytes >= 1 && Number.isSafeInteger(bytes)) return bytes;
  throw new UsageError('bad-size', `${name}: "${text}" is not an amount of memory`, 'write 24GiB or 512MB');
}

/** One of some words. Throws UsageError. */
export function oneOf<Word extends string>(option: string, value: unknown, words: readonly Word[]): Word {
  const known = words.find((word) => word === value);
  if (known !== undefined) return known;
  throw new UsageError('bad-word', `${option}: ${shown(value)} is not known`, `there is ${words.join(', ')}`);
}

/** A text. Throws UsageError. */
export function textOf(option: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new UsageError('bad-text', `${option}: ${shown(value)} is not a text`);
}

/** Several, where one may stand for a list of one. */
export function listOf<T>(one: T | readonly T[]): readonly T[] {
  return Array.isArray(one) ? (one as readonly T[]) : [one as T];
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : String(value);
}
