/** Reading a policy: what is accepted, and the position that is reported for a mistake. */

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PolicyError } from '../../src/policy/policy-error.js';
import { parsePolicy, readPolicy } from '../../src/policy/read-policy.js';

function errorOf(reading: () => unknown): PolicyError {
  try {
    reading();
  } catch (error) {
    if (error instanceof PolicyError) return error;
    throw error;
  }
  throw new Error('the policy was read');
}

const mistake = (text: string) => errorOf(() => parsePolicy(text, 'policy.yaml'));

describe('a policy', () => {
  it('is YAML', () => {
    const text = 'version: 1\nsize: {max: 2GiB}\nrules:\n  label-disagrees: off\n  data-absent: error\n';
    expect(parsePolicy(text, 'p')).toEqual({
      version: 1,
      size: { max: 2 * 1024 ** 3 },
      rules: { 'label-disagrees': 'off', 'data-absent': 'error' },
    });
  });

  it('can also be JSON, and may name its schema', () => {
    const text = JSON.stringify({ $schema: 'policy.schema.json', version: 1, licenses: ['mit'] }, null, '\t');
    expect(parsePolicy(text, 'p')).toMatchObject({ version: 1, licenses: ['mit'] });
  });

  it('may use an anchor to repeat a part', () => {
    const text = 'version: 1\ntypes:\n  attention: &usual [Q4_K, F32]\n  feed-forward: *usual\n';
    expect(parsePolicy(text, 'p').types?.['feed-forward']).toEqual({ allow: ['Q4_K', 'F32'] });
  });

  it('may write types in any case, and a single digest without a list', () => {
    const digest = 'AB'.repeat(32);
    const text = `version: 1\ntypes: {default: [q4_k]}\nchat-template: {sha256: ${digest}}`;
    expect(parsePolicy(text, 'p')).toMatchObject({
      types: { default: { allow: ['Q4_K'] } },
      'chat-template': { sha256: [digest.toLowerCase()] },
    });
  });

  it.each([
    ['1048576', 1_048_576],
    ['8GiB', 8 * 1024 ** 3],
    ['1.5 KiB', 1536],
    ['500MB', 500_000_000],
    ['2kB', 2000],
    ['12B', 12],
    ['1TiB', 1024 ** 4],
  ])('reads %s as an amount of bytes', (words, bytes) => {
    expect(parsePolicy(`version: 1\nsize: {max: ${words}}`, 'p').size).toEqual({ max: bytes });
  });

  it.each([
    ['8B', 8e9],
    ['1.5M', 1_500_000],
    ['7k', 7000],
    ['2T', 2e12],
    ['42', 42],
  ])('reads %s as a number of parameters', (words, count) => {
    expect(parsePolicy(`version: 1\nparameters: {max: ${words}}`, 'p').parameters).toEqual({ max: count });
  });
});

describe('a mistake', () => {
  it.each([
    ['version: 2', 1, 10, 'version: expected 1, found 2'],
    ['licenses: [mit]', 1, 1, '"version" is missing'],
    ['version: 1\nlicences: [mit]', 2, 1, 'unknown key "licences"; did you mean "licenses"?'],
    ['version: 1\nSize: {max: 1}', 2, 1, 'unknown key "Size"; did you mean "size"?'],
    ['version: 1\nchat_template: {}', 2, 1, 'unknown key "chat_template"; did you mean "chat-template"?'],
    ['version: 1\nsize: {maximum: 1}', 2, 8, 'unknown key "maximum" in size; choose from min, max'],
    ['version: 1\nsize:\n  max: lots', 3, 8, 'size.max: expected bytes, such as 8GiB, 500MB or 1048576'],
    ['version: 1\nsize: {max: 8Gb}', 2, 13, 'size.max: expected bytes, such as 8GiB, 500MB or 1048576'],
    ['version: 1\nsize: {max: -1}', 2, 13, 'size.max: expected 0 or more'],
    ['version: 1\nsize: {max: 9999999TB}', 2, 13, 'size.max: the amount is beyond 2^53 bytes'],
    ['version: 1\nsize: {max: [1]}', 2, 13, 'size.max: expected a number or a text, found a list'],
    ['version: 1\nsize: {}', 2, 7, 'size: expected min, max or both'],
    ['version: 1\nsize: {min: 2, max: 1}', 2, 13, 'size.min: min is more than max'],
    ['version: 1\nmemory: {context: 3}', 2, 9, '"max" is missing in memory'],
    [
      'version: 1\nmemory: {max: 1, kv-type: Q9_0}',
      2,
      27,
      'memory.kv-type: "Q9_0" is not a known value; did you mean "Q8_0"?',
    ],
    ['version: 1\ncontext: {min: 1.5}', 2, 16, 'context.min: expected a whole number or a text, found 1.5'],
    ['version: 1\narchitectures:', 2, 15, 'architectures: expected a list, found nothing'],
    ['version: 1\narchitectures: []', 2, 16, 'architectures: expected at least one entry'],
    ['version: 1\narchitectures: [""]', 2, 17, 'architectures[0]: expected some text'],
    ['version: 1\narchitectures: llama', 2, 16, 'architectures: expected a list, found "llama"'],
    ['version: 1\nfile-types: [Q4_KM]', 2, 14, 'file-types[0]: "Q4_KM" is not a known value; did you mean "Q4_K_M"?'],
    ['version: 1\ntypes: {atention: [F32]}', 2, 9, 'unknown key "atention" in types; did you mean "attention"?'],
    ['version: 1\ntypes: {output: [Q4K]}', 2, 18, 'types.output[0]: "Q4K" is not a known value; did you mean "Q4_K"?'],
    [
      'version: 1\ntypes: {output: {at-lest: Q4_K}}',
      2,
      18,
      'unknown key "at-lest" in types.output; did you mean "at-least"?',
    ],
    ['version: 1\ntypes: {output: {}}', 2, 17, 'types.output: expected allow, at-least or both'],
    ['version: 1\ntypes: {output: 3}', 2, 17, 'types.output: expected a list or a mapping, found 3'],
    [
      'version: 1\nrules: {label-disagree: off}',
      2,
      9,
      'unknown key "label-disagree" in rules; did you mean "label-disagrees"?',
    ],
    [
      'version: 1\nrules: {label-disagrees: no}',
      2,
      26,
      'rules.label-disagrees: "no" is not a known value; choose from off, advice, warning, error',
    ],
    [
      'version: 1\nchat-template: {sha256: abc}',
      2,
      25,
      'chat-template.sha256: expected a SHA-256 digest of 64 hexadecimal digits',
    ],
    ['version: 1\nmetadata: {require: a.b}', 2, 21, 'metadata.require: expected a list, found "a.b"'],
    [
      'version: 1\nmetadata: {values: {a.b: {}}}',
      2,
      26,
      'metadata.values."a.b": expected equals, one-of, matches, min or max',
    ],
    [
      'version: 1\nmetadata: {values: {a.b: {equals: 9007199254740993}}}',
      2,
      35,
      'metadata.values."a.b".equals: a whole number beyond 2^53 loses digits; in equals and one-of, put it in quotes',
    ],
    ['version: 1\nmetadata: {values: {"": {equals: 1}}}', 2, 25, 'in metadata.values: a key has 1 to 1000 characters'],
    ['- version: 1', 1, 1, 'expected a mapping, found a list'],
  ])('in %j', (text, line, column, message) => {
    const error = mistake(text);
    expect(error).toMatchObject({ code: 'policy-invalid', target: 'policy.yaml', line, column });
    expect(error.message).toBe(`line ${line}, column ${column}: ${message}`);
  });

  it('in a regular expression is reported in the words of the engine', () => {
    const { message } = mistake('version: 1\nmetadata:\n  values:\n    general.name: { matches: "[" }\n');
    expect(message).toMatch(/^line 4, column 30: metadata\.values\."general\.name"\.matches: .*[Uu]nterminated/);
  });

  it('is reported beside the others, in the order of the file', () => {
    const { line, hint } = mistake('version: 1\nrules: {nothing-at-all: off}\nsize: {}\nlicenses: 3\n');
    expect(line).toBe(2);
    expect(hint).toBe(
      'there is more: line 3, column 7: size: expected min, max or both; line 4, column 11: licenses: expected a list, found 3',
    );
  });

  it('is found through an alias', () => {
    const text = 'version: 1\ntypes:\n  output: &types [Q4_K, Q4_X]\n  bias: *types\n';
    expect(mistake(text)).toMatchObject({ line: 3, column: 25 });
  });

  it('that is repeated many times is counted', () => {
    const text = `version: 1\n${Array.from({ length: 9 }, (_, i) => `unknown${i}: 1\n`).join('')}`;
    expect(mistake(text).hint).toMatch(/; and 3 others$/);
  });
});

describe('a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gguf-policy-'));
  const path = join(folder, 'policy.yaml');
  const errorFor = (bytes: string | Uint8Array) => {
    writeFileSync(path, bytes);
    return errorOf(() => readPolicy(path));
  };

  it('is read', () => {
    writeFileSync(path, '\uFEFFversion: 1\r\nlicenses: [mit]\r\n');
    expect(readPolicy(path)).toEqual({ version: 1, licenses: ['mit'] });
  });

  it('that is missing is not a policy', () => {
    expect(errorOf(() => readPolicy(join(folder, 'none.yaml'))).code).toBe('policy-not-found');
  });

  it('that is a folder is not a policy', () => {
    expect(errorOf(() => readPolicy(folder))).toMatchObject({ code: 'policy-unreadable', target: folder });
  });

  it('of more than a mebibyte is not a policy', () => {
    expect(errorFor('# '.repeat(2 ** 19)).code).not.toBe('policy-too-large');
    expect(errorFor(`${'# '.repeat(2 ** 19)}#`).code).toBe('policy-too-large');
  });

  it('that is not UTF-8 is not a policy', () => {
    expect(errorFor(Buffer.from('version: 1\ndescription: caf\xe9\n', 'latin1')).code).toBe('policy-syntax');
  });
});
