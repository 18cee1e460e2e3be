/** Checks what callers of the library pass in JavaScript, so that a mistake gives an error and not a wrong number. */

import { UsageError } from '../explained-error.js';
import { bytesFrom } from '../words/quantities.js';

/** A whole number in a range; undefined stays undefined. Throws UsageError. */
export function inRange(option: string, value: unknown, least: number, most: number): number | undefined {
  if (value === undefined) return undefined;
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return value as number;
  throw new UsageError('bad-number', `${option}: ${shown(value)} is not a whole number from ${least} to ${most}`);
}

/** What an amount is, and what follows its unit, for error messages. */
const MEMORY = { what: 'an amount of memory', unit: '' };

/** Bytes from `24GiB`, `24G` or `512MB`. A number without a unit is refused: it is rarely meant as bytes. Throws UsageError. */
export function bytesIn(text: string, name: string, { what, unit }: typeof MEMORY = MEMORY): number {
  const bytes = bytesFrom(text) ?? 0;
  const number = text.trim();
  if (/^\d+(\.\d+)?$/.test(number) && Number(number) > 0) {
    const message = `${name}: ${number} has no unit`;
    throw new UsageError('bad-size', message, `write ${number}GiB${unit} or ${number}GB${unit}`);
  }
  if (bytes >= 1 && Number.isSafeInteger(bytes)) return bytes;
  throw new UsageError('bad-size', `${name}: "${text}" is not ${what}`, `write 24GiB${unit} or 512MB${unit}`);
}

/** A value that must be one of some words. Throws UsageError. */
export function oneOf<Word extends string>(option: string, value: unknown, words: readonly Word[]): Word {
  const known = words.find((word) => word === value);
  if (known !== undefined) return known;
  throw new UsageError('bad-word', `${option}: ${shown(value)} is not known`, `choose from ${words.join(', ')}`);
}

/** A value that must be a text. Throws UsageError. */
export function textOf(option: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new UsageError('bad-text', `${option}: ${shown(value)} is not a text`);
}

/** A list; a single value becomes a list of one. */
export function listOf<T>(one: T | readonly T[]): readonly T[] {
  return Array.isArray(one) ? (one as readonly T[]) : [one as T];
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : String(value);
}
