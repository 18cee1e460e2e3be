/** YAML that is more than data, and texts that are hard to parse: all of them end in an error with a position. */

import { describe, expect, it } from 'vitest';
import { PolicyError } from '../../src/policy/policy-error.js';
import { parsePolicy } from '../../src/policy/read-policy.js';

function errorIn(text: string): PolicyError {
  try {
    parsePolicy(text, 'policy.yaml');
  } catch (error) {
    if (error instanceof PolicyError) return error;
    throw error;
  }
  throw new Error('the policy was read');
}

const letters = 'bcdefghi'.split('');

describe('YAML that is more than data', () => {
  it.each([
    [
      'a tag of another language',
      'version: 1\ndescription: !!js/function "x"',
      2,
      /tags are not allowed in a policy: !!js\/function/,
    ],
    ['a tag of its own', 'version: 1\nsize: !big {max: 1}', 2, /tags are not allowed/],
    ['a tag of YAML', 'version: !!str 1', 1, /tags are not allowed/],
    ['a directive', '%YAML 1.1\n---\nversion: 1', 1, /directives .* are not allowed/],
    ['a second document', 'version: 1\n---\nversion: 1', 2, /a single document/],
    ['a key that stands twice', 'version: 1\nsize: {max: 1}\nsize: {max: 2}', 3, /"size" appears here a second time/],
    ['a key that stands twice in depth', 'version: 1\nsize: {max: 1, max: 2}', 2, /"max" appears here a second time/],
    ['a key of the language', 'version: 1\nmetadata: {values: {__proto__: {equals: 1}}}', 2, /__proto__/],
    ['a merge key', 'version: 1\n<<: {size: {max: 1}}', 2, /unknown key "<<"/],
    ['a list as a key', 'version: 1\n? [a]\n: 1', 2, /a key must be text/],
    ['an alias of nothing', 'version: 1\nlicenses: *none', 2, /there is no anchor &none before this alias/],
    ['an alias of itself', 'version: 1\nlicenses: &a [*a]', 2, /expected a text, found a list/],
    ['nothing', '', 1, /empty/],
    ['a comment alone', '# a\n', 1, /empty/],
    ['a document that is not finished', 'version: 1\nsize: {max: 1', 2, /./],
    ['a tab before a key', 'version: 1\nsize:\n\tmax: 1', 3, /tabs/],
  ])('%s', (_, text, line, message) => {
    const error = errorIn(text);
    expect(error.message).toMatch(message);
    expect(error.line).toBe(line);
  });
});

describe('a text that is hard to parse', () => {
  const bomb = letters.map((letter, i) => `${letter}: &${letter} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(', ')}]`);
  it.each([
    ['aliases of aliases', `a: &a [x, x, x]\n${bomb.join('\n')}`],
    ['a thousand aliases', `a: &a 1\nb: [${Array(1000).fill('*a').join(', ')}]`],
    ['lists in lists', '['.repeat(8000)],
    ['lists in lists that end', `${'['.repeat(8000)}${']'.repeat(8000)}`],
    ['mappings in mappings', '{a: '.repeat(4000)],
    ['levels of lines', Array.from({ length: 500 }, (_, i) => `${' '.repeat(i)}- a:`).join('\n')],
    ['lists on one line', '- '.repeat(8000)],
    ['keys without end', Array.from({ length: 100_000 }, (_, i) => `${i.toString(36)}:`).join('\n')],
    ['empty lines', '\n'.repeat(2 ** 20)],
    ['closing brackets', ']'.repeat(8000)],
    ['zero bytes', '\0'.repeat(100_000)],
  ])('%s', (_, text) => {
    const { code, line, column } = errorIn(text);
    expect(['policy-syntax', 'policy-invalid']).toContain(code);
    expect([line, column]).toEqual([expect.any(Number), expect.any(Number)]);
  });
});
