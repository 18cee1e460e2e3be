/** What `check` writes for other programs, held against the schemas that those programs publish. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { beforeAll, describe, expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { ALL_FINDINGS } from '../../src/policy/all-findings.js';
import { githubAnnotations } from '../../src/render/github.js';
import { junit } from '../../src/render/junit.js';
import { sarif } from '../../src/render/sarif.js';
import { checkReport } from '../../src/report/check-report.js';
import type { CheckedFile } from '../../src/report/check-schema.js';
import { run } from '../cli/run.js';
import { FIXTURES_FOLDER } from '../support/places.js';

const SCHEMAS = join(import.meta.dirname, 'schemas');
const schema = (name: string) => readFileSync(join(SCHEMAS, name), 'utf8');

/** All that text can do to a format: end it early, hide in it, be no character of it. */
const HOSTILE = `"&<>]]>'%0A::error::x,y:z\r\n\u001b[31m\u202e\u200b\ud800\uffff{0} [a link](https://example.com) \u0000`;

const HOSTILE_FILE: CheckedFile = {
  target: HOSTILE,
  verdict: 'fail',
  findings: [
    {
      code: 'duplicate-key',
      group: 'format',
      level: 'error',
      place: { offset: 12, key: HOSTILE },
      facts: { key: HOSTILE },
      message: HOSTILE,
      hint: HOSTILE,
    },
    { code: 'unknown-tensor-names', group: 'advice', level: 'advice', place: {}, facts: {}, message: HOSTILE },
  ],
};

const UNREADABLE: CheckedFile = {
  target: '',
  verdict: 'unreadable',
  error: { code: 'truncated', message: HOSTILE, offset: 3, expected: HOSTILE, found: HOSTILE, hint: HOSTILE },
  findings: [],
};

const REPORT = checkReport({ rules: ['format'], failOn: 'error', headerOnly: false }, [HOSTILE_FILE, UNREADABLE]);

/** The three formats of real files: one that passes, one that fails, one that cannot be read. */
const REAL = [
  'tiny-stories-Q4_K_M.gguf',
  'flawed/duplicate-key--same-value.gguf',
  'broken/truncated--in-magic.gguf',
].map((name) => join(FIXTURES_FOLDER, name));
const checked = (format: string) => run(['check', '--format', format, ...REAL]);

const whole = (pieces: Iterable<string>) => [...pieces].join('');

describe('JUnit XML', () => {
  let real: string;
  beforeAll(() => {
    real = checked('junit').stdout;
  });

  it.each(['junit-ant.xsd', 'junit-jenkins.xsd'])('is valid against %s', async (name) => {
    for (const contents of [
      real,
      whole(junit(REPORT, new Date(0))),
      whole(junit({ ...REPORT, files: [] }, new Date(0))),
    ]) {
      const xml = [{ fileName: 'report.xml', contents }];
      const result = await validateXML({ xml, schema: [{ fileName: name, contents: schema(name) }] });
      expect(result.errors).toEqual([]);
      expect(result.valid).toBe(true);
    }
  });

  it('has a suite for each file, with a failure for a failing rule and an error for what cannot be read', () => {
    expect(real.match(/<testsuite /g)).toHaveLength(3);
    expect(real).toMatch(/<testcase name="duplicate-key"[^>]*>\n\s*<failure /);
    expect(real).toMatch(/<testcase name="readable"[^>]*>\n\s*<error [^>]*type="truncated"/);
    expect(whole(junit(REPORT, new Date(0)))).toContain('tests="3" failures="1" errors="0"');
  });
});

describe('SARIF', () => {
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(JSON.parse(schema('sarif-2.1.0.json')));

  it('is valid against the published schema', () => {
    for (const log of [checked('sarif').stdout, whole(sarif(REPORT, '1.2.3', ALL_FINDINGS))]) {
      validate(JSON.parse(log));
      expect(validate.errors).toBeNull();
    }
  });

  it('names rule, level, file, byte and key of a finding, and tells of what cannot be read', () => {
    const [run] = JSON.parse(checked('sarif').stdout).runs;
    const result = run.results.find(({ ruleId }: { ruleId: string }) => ruleId === 'duplicate-key');
    expect(run.tool.driver.rules[result.ruleIndex].id).toBe('duplicate-key');
    expect(result.level).toBe('error');
    const [{ physicalLocation, logicalLocations }] = result.locations;
    expect(physicalLocation.artifactLocation.uri).toMatch(/^file:.*duplicate-key--same-value\.gguf$/);
    expect(physicalLocation.region.byteOffset).toBeGreaterThan(0);
    expect(logicalLocations[0].kind).toBe('key');
    expect(run.invocations[0].executionSuccessful).toBe(false);
    expect(run.invocations[0].toolExecutionNotifications[0].descriptor.id).toBe('truncated');
  });

  it('makes no link of what a file says', () => {
    expect(JSON.parse(whole(sarif(REPORT, '1', ALL_FINDINGS))).runs[0].results[0].message.text).not.toContain('](');
  });
});

describe('GitHub annotations', () => {
  it('are one line for each finding and error, whatever the text holds', () => {
    const lines = [...githubAnnotations(REPORT)];
    expect(lines.map((line) => line.slice(0, line.indexOf(' ')))).toEqual(['::error', '::notice', '::error']);
    for (const line of lines) expect(line.match(/(?<!%3A|^):(?=:)/g)?.length ?? 0).toBeGreaterThan(0);
  });

  it('come back as they were meant', () => {
    const [first = ''] = githubAnnotations(REPORT);
    const [, properties = ''] = /^::error (.*?)::/.exec(first) ?? [];
    const values = Object.fromEntries(properties.split(',').map((pair) => pair.split('=')));
    expect(Object.keys(values)).toEqual(['file', 'title']);
    expect(values.title).toBe('duplicate-key');
    expect(first.includes('\u001b') || first.includes('\u202e')).toBe(false);
  });

  it('are printed for real files', () => {
    const { stdout, code } = checked('github');
    expect(stdout).toMatch(/^::error file=[^\n]*duplicate-key--same-value\.gguf,title=duplicate-key::/m);
    expect(stdout).toMatch(/^::error file=[^\n]*truncated--in-magic\.gguf,title=truncated::/m);
    expect(code).toBe(2);
  });
});
