/** The guarantees of a defined check: it is called only for its subject, and its findings fill the blanks in its words. */

import { describe, expect, it } from 'vitest';
import { adapter, anyFile } from '../../src/checks/applies-to.js';
import { defineCheck } from '../../src/checks/define-check.js';
import { CHECK_FINDINGS } from '../../src/checks/registry.js';
import { NO_SURROUNDINGS } from '../../src/checks/surroundings.js';
import { findingEntry } from '../../src/report/finding-entry.js';
import { SOUND } from '../support/fixtures/flawed-model.js';
import { modelOf } from './surroundings.js';

const WORDS = {
  code: 'some-code',
  group: 'advice',
  level: 'advice',
  says: '{count, tensor} in {format}',
  hint: 'see {page}',
} as const;

const facts = { count: 2, format: 'GGUF', page: 'the page' };

describe('a check', () => {
  const check = defineCheck({ ...WORDS, appliesTo: anyFile, judge: () => [{ place: { offset: 4 }, facts }] });

  it('adds its code, its group, its level and its words to its findings', () => {
    expect(check.judge(modelOf(SOUND.llama), NO_SURROUNDINGS)).toEqual([{ ...WORDS, place: { offset: 4 }, facts }]);
  });

  it('fills the blanks in its words, including those of the hint', () => {
    const [entry] = check.judge(modelOf(SOUND.llama), NO_SURROUNDINGS).map(findingEntry);
    expect(entry).toMatchObject({ message: '2 tensors in GGUF', hint: 'see the page' });
  });

  it('may give a single finding another level', () => {
    const graver = defineCheck({
      ...WORDS,
      appliesTo: anyFile,
      judge: () => [{ place: {}, facts, level: 'error' }],
    });
    expect(graver.judge(modelOf(SOUND.llama), NO_SURROUNDINGS)).toMatchObject([{ level: 'error' }]);
  });

  it('is not called for files that it does not apply to', () => {
    const asked: string[] = [];
    const ofAdapters = defineCheck({
      ...WORDS,
      appliesTo: adapter,
      judge({ model }) {
        asked.push(String(model.hyperparameters.architecture));
        return [];
      },
    });
    for (const content of [SOUND.llama, SOUND.projector, SOUND.adapter])
      ofAdapters.judge(modelOf(content), NO_SURROUNDINGS);
    expect(asked).toHaveLength(1);
  });

  it('does not compile where a blank of its words has no fact', () => {
    // @ts-expect-error: the words ask for the format and the page too.
    const short = defineCheck({ ...WORDS, appliesTo: anyFile, judge: () => [{ place: {}, facts: { count: 2 } }] });
    expect(short.code).toBe('some-code');
  });
});

describe('the rules', () => {
  it('all give a hint', () => {
    expect(CHECK_FINDINGS.filter((rule) => !('hint' in rule) || !rule.hint).map(({ code }) => code)).toEqual([]);
  });
});
