/** Policies through the program: the verdict, the errors, and the schema that editors read. */

import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { PROJECT_FOLDER, run } from '../cli/run.js';
import { FIXTURES_FOLDER } from '../support/places.js';

const TINY = 'fixtures/tiny-stories-Q4_K_M.gguf';
const check = (policy: string, ...words: string[]) => run(['check', '--policy', policy, ...words]);

/** With a policy of one's own. */
function checkWith(policy: string) {
  const cwd = mkdtempSync(join(tmpdir(), 'gguf-policy-'));
  writeFileSync(join(cwd, 'policy.yaml'), policy);
  return run(['check', '--policy', 'policy.yaml', join(PROJECT_FOLDER, TINY)], { cwd });
}

describe('check --policy', () => {
  it('passes a model that the policy allows', () => {
    expect(check('fixtures/policies/gguf-policy.yaml', TINY)).toMatchObject({ stderr: '', code: 0 });
  });

  it('fails one that it does not allow, and says why', () => {
    const { stdout, code } = check('fixtures/policies/strict-gguf-policy.yaml', TINY, '--json');
    expect(code).toBe(1);
    const [file] = JSON.parse(stdout).files;
    const told = file.findings.map((finding: { code: string; level: string }) => `${finding.level} ${finding.code}`);
    expect(file.verdict).toBe('fail');
    expect(told).toContain('error policy-license');
    expect(told).toContain('warning policy-metadata-missing');
  });

  it('ends at once where the policy has a mistake, and says in which line', () => {
    expect(checkWith('version: 1\nlicences: [mit]\n')).toEqual({
      stdout: '',
      stderr:
        'gguf-explain: policy.yaml: line 2, column 1: unknown key "licences"; did you mean "licenses"? (policy-invalid)\n',
      code: 2,
    });
  });

  it('lets no character of a policy drive the terminal', () => {
    const { stderr } = checkWith('version: 1\n"\\e[31m\\u202e": 1\n');
    expect(stderr).toContain('line 2');
    expect(stderr).not.toMatch(/[\u001b\u202e]/);
  });

  it('needs a policy that is there', () => {
    const { stdout, stderr, code } = check('none.yaml', TINY, '--json');
    expect([code, stderr]).toEqual([2, 'gguf-explain: none.yaml: there is no such policy file (policy-not-found)\n']);
    expect(JSON.parse(stdout).error).toMatchObject({ code: 'policy-not-found', target: 'none.yaml' });
  });
});

describe('schema --policy', () => {
  const schema = JSON.parse(run(['schema', '--policy']).stdout);
  const validate = new Ajv({ strict: false }).compile(schema);
  const folder = join(FIXTURES_FOLDER, 'policies');

  it.each(readdirSync(folder))('allows %s', (name) => {
    validate(parse(readFileSync(join(folder, name), 'utf8')));
    expect(validate.errors ?? []).toEqual([]);
  });

  it.each([
    [{}],
    [{ version: 2 }],
    [{ version: 1, licences: ['mit'] }],
    [{ version: 1, size: { max: 'lots' } }],
    [{ version: 1, types: { atention: ['F32'] } }],
    [{ version: 1, types: { attention: ['Q4K'] } }],
    [{ version: 1, rules: { 'label-disagrees': 'fatal' } }],
  ])('does not allow %j', (policy) => {
    expect(validate(policy)).toBe(false);
  });

  it('explains every field', () => {
    const fields = Object.entries(schema.properties as Record<string, { description?: string; properties?: object }>);
    expect(
      fields.filter(([, { description, properties }]) => !description && !properties).map(([name]) => name),
    ).toEqual([]);
  });

  it('is asked for alone', () => {
    expect(run(['schema', 'explain', '--policy'])).toMatchObject({ stdout: '', code: 2 });
  });
});
