/** Each file of fixtures/policies/ causes the finding in its name, on the model that its first line names. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NO_SURROUNDINGS } from '../../src/checks/surroundings.js';
import { judgePolicy } from '../../src/policy/judge-policy.js';
import { POLICY_FINDINGS } from '../../src/policy/policy-findings.js';
import { readPolicy } from '../../src/policy/read-policy.js';
import { findingEntry } from '../../src/report/finding-entry.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { modelOfFixture } from './judging.js';

const FOLDER = join(FIXTURES_FOLDER, 'policies');
const NAMES = readdirSync(FOLDER).filter((name) => name.includes('--'));

function judgeAsSaid(name: string) {
  const path = join(FOLDER, name);
  const [, said, model = ''] =
    /^# gguf-explain check --policy (\S+) fixtures\/(\S+)\n/.exec(readFileSync(path, 'utf8')) ?? [];
  expect(said).toBe(`fixtures/policies/${name}`);
  return judgePolicy(readPolicy(path), modelOfFixture(model), NO_SURROUNDINGS);
}

describe('a policy named after a finding', () => {
  it.each(NAMES)('%s', (name) => {
    const findings = judgeAsSaid(name);
    expect([...new Set(findings.map(({ code }) => code))]).toEqual([name.split('--')[0]]);
  });

  it('exists for every finding of policies', () => {
    const known = POLICY_FINDINGS.map(({ code }) => code);
    expect([...new Set(NAMES.map((name) => name.split('--')[0]))].sort()).toEqual([...known].sort());
  });

  it('gives facts for all blanks of the words', () => {
    const messages = NAMES.flatMap(judgeAsSaid).map((finding) => findingEntry(finding).message);
    expect(messages.filter((message) => /[{}?]|undefined|NaN/.test(message.replace('blk.{0..7}', 'blk')))).toEqual([]);
  });
});

describe('the examples', () => {
  const tiny = modelOfFixture('tiny-stories-Q4_K_M.gguf');
  const judged = (name: string) => judgePolicy(readPolicy(join(FOLDER, name)), tiny, NO_SURROUNDINGS);

  it('include one that the bundled model passes', () => {
    expect(judged('gguf-policy.yaml')).toEqual([]);
  });

  it('include one that it fails at several points', () => {
    expect(judged('strict-gguf-policy.yaml').map(({ code }) => code)).toEqual([
      'policy-type',
      'policy-parameters',
      'policy-context',
      'policy-license',
      'policy-metadata-missing',
      'policy-metadata-value',
      'policy-chat-template',
    ]);
  });
});
