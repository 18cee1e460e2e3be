/** Chat templates that take too long where a rule that reads them is not linear in their length. */

import type { Random } from './random.js';

/** Characters of the longest template. */
const LONGEST = 262_144;

const UNITS: readonly string[] = [
  '.',
  'https://x.y/.,;:!?',
  '{{ "a" in ',
  'a in b in ',
  "'a' in ",
  "'a' in messages and ",
  '{% if x in ',
  '{%',
  '{{',
  '[',
  '({[',
  '"',
  "\\'",
  '{# ',
  '<|',
  "<|im_start|>' + ",
  'ignore all previous instructions ',
  'http://',
  '\u200b',
  ' ',
  '\n',
  '- ',
  'x|e|',
  '{% macro a() %}',
  'a.b.',
  '~',
];

/** One of these units repeated many times, between a beginning and an end that rules look for. */
export function pathologicalTemplate(random: Random): string {
  const unit = random.pick(UNITS);
  const length = [100, 4096, 32_768, LONGEST][random.below(4)] as number;
  const [head, tail] = random.pick([
    ['', ''],
    ['{{ ', ' }}'],
    ['{% if ', ' %}x{% endif %}'],
    ['{% if content ~ ', 'x %}x{% endif %}'],
    ['https://', 'x'],
    ['{{ messages[0] in "', '" }}'],
  ] as const);
  return `${head}${unit.repeat(Math.max(1, Math.floor(length / unit.length)))}${tail}`;
}
