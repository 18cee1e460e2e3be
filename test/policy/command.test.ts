/** Policies through the program: the verdict, the errors, and the schema that editors read. */

import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runAll } from '../cli/batch.js';
import { PROJECT_FOLDER, run } from '../cli/run.js';
import { FIXTURES_FOLDER } from '../support/places.js';

const TINY = 'fixtures/tiny-stories-Q4_K_M.gguf';
const check = (policy: string, ...words: string[]) => run(['check', '--policy', policy, ...words]);

/** Runs `check` with a policy from a text. */
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

  it('ends at once where the policy has a mistake, and names its line', () => {
    expect(checkWith('version: 1\nlicences: [mit]\n')).toEqual({
      stdout: '',
      stderr:
        'gguf-explain: policy.yaml: line 2, column 1: unknown key "licences"; did you mean "licenses"? (policy-invalid)\n',
      code: 2,
    });
  });

  it('lets no character of a policy control the terminal', () => {
    const { stderr } = checkWith('version: 1\n"\\e[31m\\u202e": 1\n');
    expect(stderr).toContain('line 2');
    expect(stderr).not.toMatch(/[\u001b\u202e]/);
  });

  it('needs an existing policy', () => {
    const { stdout, stderr, code } = check('none.yaml', TINY, '--json');
    expect([code, stderr]).toEqual([2, 'gguf-explain: none.yaml: the policy file does not exist (policy-not-found)\n']);
    expect(JSON.parse(stdout).error).toMatchObject({ code: 'policy-not-found', target: 'none.yaml' });
  });
});

describe('ignored findings', () => {
  const FLAWED = 'fixtures/flawed/duplicate-key--same-value.gguf';
  const fileOf = (...words: string[]) => JSON.parse(run(['check', FLAWED, '--json', ...words]).stdout).files[0];
  const codesOf = (file: { findings: { code: string }[] }) => new Set(file.findings.map(({ code }) => code));

  it('are left out and counted, by rule or by their subject', () => {
    expect(codesOf(fileOf())).toContain('duplicate-key');
    const whole = fileOf('--ignore', 'key-missing');
    expect(codesOf(whole)).not.toContain('key-missing');
    expect(whole.ignored).toEqual([{ rule: 'key-missing', count: 4 }]);
    const some = fileOf('--ignore', 'key-missing:llama.*length', '--ignore', 'duplicate-key:other');
    expect(codesOf(some)).toContain('key-missing');
    expect(codesOf(some)).toContain('duplicate-key');
    expect(some.ignored).toEqual([{ rule: 'key-missing', of: 'llama.*length', count: 2 }]);
  });

  it('no longer affect the verdict', () => {
    expect(run(['check', FLAWED, '--rules', 'format']).code).toBe(1);
    expect(run(['check', FLAWED, '--rules', 'format', '--ignore', 'duplicate-key']).code).toBe(0);
  });

  it('have a reason in the policy, which every page shows', () => {
    const ignore = 'version: 1\nignore:\n  - { rule: file-name-unconventional, reason: its name is given }\n';
    expect(checkWith(ignore).stdout).toMatch(/ignored: file-name-unconventional \(1 finding\): its name is given/);
    const { stderr, code } = checkWith('version: 1\nignore:\n  - { rule: file-name-unconventional }\n');
    expect(stderr).toMatch(/line 3.*reason/);
    expect(code).toBe(2);
  });

  it('must name existing rules', () => {
    const { stderr, code } = run(['check', FLAWED, '--ignore', 'duplicate-keys']);
    expect(stderr).toContain('did you mean duplicate-key?');
    expect(code).toBe(2);
  });
});

describe('check --init-policy', () => {
  const VALID = join(FIXTURES_FOLDER, 'valid');
  const models = [
    ...readdirSync(VALID)
      .filter((name) => name.endsWith('.gguf'))
      .map((name) => join(VALID, name)),
    ...['flawed/duplicate-key--same-value.gguf', 'flawed/missing-tensors--one-layer.gguf'].map((name) =>
      join(FIXTURES_FOLDER, name),
    ),
    join(PROJECT_FOLDER, TINY),
  ];

  it('writes a policy that the model meets, whatever the model is', () => {
    const cwd = mkdtempSync(join(tmpdir(), 'gguf-policy-'));
    const policies = runAll(models.map((model) => ({ args: ['check', '--init-policy', model] })));
    for (const [i, { stdout }] of policies.entries()) writeFileSync(join(cwd, `${i}.yaml`), stdout);
    const verdicts = runAll(
      models.map((model, i) => ({ args: ['check', model, '--json', '--policy', join(cwd, `${i}.yaml`)] })),
    );
    const broken = verdicts.flatMap(({ stdout, stderr }, i) => {
      const told =
        stderr === '' ? JSON.parse(stdout).files.flatMap((file: { findings: object[] }) => file.findings) : [];
      const against = told.filter(({ level }: { level: string }) => level !== 'advice');
      return stderr === '' && against.length === 0 ? [] : [{ model: models[i], stderr, against }];
    });
    expect(broken).toEqual([]);
  });

  it('accepts only one model', () => {
    expect(run(['check', '--init-policy', TINY, 'fixtures/valid/llama.gguf']).code).toBe(2);
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

  it('cannot be combined with the schema of a report', () => {
    expect(run(['schema', 'explain', '--policy'])).toMatchObject({ stdout: '', code: 2 });
  });
});
