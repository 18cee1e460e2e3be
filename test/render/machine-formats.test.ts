/** The output of `check` for other programs, compared with the schemas that those programs publish. */

import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { ALL_FINDINGS } from '../../src/policy/all-findings.js';
import { checkMarkdown } from '../../src/render/check-markdown.js';
import { githubAnnotations } from '../../src/render/github.js';
import { gitlabCodeQuality } from '../../src/render/gitlab.js';
import { junit } from '../../src/render/junit.js';
import { sarif } from '../../src/render/sarif.js';
import { checkReport } from '../../src/report/check-report.js';
import type { CheckedFile } from '../../src/report/check-schema.js';
import { run } from '../cli/run.js';
import { FIXTURES_FOLDER } from '../support/places.js';

const SCHEMAS = join(import.meta.dirname, 'schemas');
const schema = (name: string) => readFileSync(join(SCHEMAS, name), 'utf8');

/** Text that can break a format: it ends the format early, hides in it, or is not a character of it. */
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

/** The three formats for real files: one that passes, one that fails, one that cannot be read. */
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

  it('has a suite for each file, with a failure for a failing rule and an error for an unreadable file', () => {
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

  it('names rule, level, file, byte and key of a finding', () => {
    const [run] = JSON.parse(checked('sarif').stdout).runs;
    const result = run.results.find(({ ruleId }: { ruleId: string }) => ruleId === 'duplicate-key');
    expect(run.tool.driver.rules[result.ruleIndex].id).toBe('duplicate-key');
    expect(result.level).toBe('error');
    const [{ physicalLocation, logicalLocations }] = result.locations;
    expect(physicalLocation.artifactLocation.uri).toMatch(/^file:.*duplicate-key--same-value\.gguf$/);
    expect(physicalLocation.region.byteOffset).toBeGreaterThan(0);
    expect(logicalLocations[0].kind).toBe('key');
  });

  it('has a file that cannot be read as a result', () => {
    const [run] = JSON.parse(checked('sarif').stdout).runs;
    const result = run.results.find(({ ruleId }: { ruleId: string }) => ruleId === 'truncated');
    expect(result).toMatchObject({ level: 'error', properties: { group: 'reading' } });
    expect(run.invocations[0].toolExecutionNotifications).toEqual([]);
  });

  it('has the properties of the tool, of rules and of results that GitHub’s validator requires', () => {
    const [run] = JSON.parse(checked('sarif').stdout).runs;
    const { driver } = run.tool;
    expect(driver.informationUri).toMatch(/^https:/);
    for (const rule of driver.rules) {
      expect(rule.name).toMatch(/^[A-Z][A-Za-z0-9]+$/);
      for (const words of [rule.shortDescription.text, rule.fullDescription.text, rule.help.text]) {
        expect(words).toMatch(/[.!?…]$/);
      }
      expect(rule.helpUri).toMatch(/^https:/);
      expect(rule.properties.tags.length).toBeGreaterThan(0);
      expect(rule.properties.tags.length).toBeLessThanOrEqual(20);
    }
    const fingerprints = new Map<string, Set<string>>();
    for (const { locations, message, partialFingerprints } of run.results) {
      const [{ physicalLocation }] = locations;
      expect(physicalLocation.region.startLine).toBe(1);
      expect(message.text).toMatch(/[.!?…]$/);
      const { uri } = physicalLocation.artifactLocation;
      const met = fingerprints.get(uri) ?? new Set();
      expect(met.has(partialFingerprints.primaryLocationLineHash)).toBe(false);
      fingerprints.set(uri, met.add(partialFingerprints.primaryLocationLineHash));
    }
  });

  it('has the same fingerprint for the same fault after the bytes before it have moved', () => {
    const at = (offset: number): CheckedFile => ({
      ...HOSTILE_FILE,
      findings: HOSTILE_FILE.findings.map((finding) => ({ ...finding, place: { offset, tensor: 'a.weight' } })),
    });
    const hashes = (file: CheckedFile) =>
      JSON.parse(whole(sarif({ ...REPORT, files: [file] }, '1', ALL_FINDINGS))).runs[0].results.map(
        (result: { partialFingerprints: object }) => result.partialFingerprints,
      );
    expect(hashes(at(12))).toEqual(hashes(at(4096)));
    expect(hashes(at(12))).not.toEqual(hashes(HOSTILE_FILE));
  });

  it.each([
    ['models/a b.gguf', 'models/a%20b.gguf'],
    ['./models/a.gguf', 'models/a.gguf'],
    ['hf:owner/repo:Q4_K_M', 'hf/owner/repo%3AQ4_K_M'],
    ['https://example.com/a/b.gguf', 'example.com/a/b.gguf'],
    ['-', 'stdin'],
  ])('places %s at %s, as pages of a checkout show no other schemes', (target, uri) => {
    const log = JSON.parse(whole(sarif({ ...REPORT, files: [{ ...HOSTILE_FILE, target }] }, '1', ALL_FINDINGS)));
    expect(log.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(uri);
  });

  it('makes no link from text of a file', () => {
    expect(JSON.parse(whole(sarif(REPORT, '1', ALL_FINDINGS))).runs[0].results[0].message.text).not.toContain('](');
  });
});

describe('GitHub annotations', () => {
  it('are one line for each finding and error, whatever the text contains', () => {
    const lines = [...githubAnnotations(REPORT)];
    expect(lines.map((line) => line.slice(0, line.indexOf(' ')))).toEqual(['::error', '::error', '::notice']);
    for (const line of lines) expect(line.match(/(?<!%3A|^):(?=:)/g)?.length ?? 0).toBeGreaterThan(0);
  });

  it('are decoded to the original text', () => {
    const [, first = ''] = githubAnnotations(REPORT);
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

describe('more results than GitHub shows', () => {
  const finding = HOSTILE_FILE.findings[0] as CheckedFile['findings'][number];
  const report = checkReport({ rules: ['format'], failOn: 'error', headerOnly: false }, [
    { ...HOSTILE_FILE, findings: Array.from({ length: 30 }, () => ({ ...finding, level: 'warning' as const })) },
    { ...HOSTILE_FILE, findings: Array.from({ length: 12 }, () => finding) },
    UNREADABLE,
  ]);

  it('are annotations up to its limit, the most severe first, and a count of the rest', () => {
    const lines = [...githubAnnotations(report)];
    expect(lines.map((line) => line.slice(2, line.indexOf(' ')))).toEqual([
      ...Array.from({ length: 10 }, () => 'error'),
      ...Array.from({ length: 10 }, () => 'warning'),
    ]);
    expect(lines[0]).toContain('title=truncated');
    expect(lines[9]).toContain('4 more errors');
    expect(lines[19]).toContain('21 more warnings');
  });
});

describe('GitLab Code Quality', () => {
  const issues = (text: string) => JSON.parse(text) as Record<string, unknown>[];
  // As documented: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
  const validate = new Ajv().compile({
    type: 'array',
    items: {
      type: 'object',
      required: ['description', 'check_name', 'fingerprint', 'severity', 'location'],
      properties: {
        description: { type: 'string', minLength: 1 },
        check_name: { type: 'string', minLength: 1 },
        fingerprint: { type: 'string', minLength: 1 },
        severity: { enum: ['info', 'minor', 'major', 'critical', 'blocker'] },
        location: {
          type: 'object',
          required: ['path', 'lines'],
          properties: {
            path: { type: 'string', pattern: '^(?!\\./|/).' },
            lines: { type: 'object', required: ['begin'], properties: { begin: { type: 'integer', minimum: 1 } } },
          },
        },
      },
    },
  });

  it('has the documented fields, and different fingerprints', () => {
    for (const text of [checked('gitlab').stdout, whole(gitlabCodeQuality(REPORT, '/builds/models'))]) {
      validate(issues(text));
      expect(validate.errors).toBeNull();
      const fingerprints = issues(text).map(({ fingerprint }) => fingerprint);
      expect(new Set(fingerprints).size).toBe(fingerprints.length);
    }
  });

  it.each([
    ['/builds/models/a/b.gguf', 'a/b.gguf'],
    ['/elsewhere/b.gguf', 'elsewhere/b.gguf'],
    ['./a/b.gguf', 'a/b.gguf'],
    ['hf:owner/repo', 'hf/owner/repo'],
  ])('shows %s at %s', (target, path) => {
    const text = whole(gitlabCodeQuality({ ...REPORT, files: [{ ...HOSTILE_FILE, target }] }, '/builds/models'));
    expect(issues(text)[0]).toMatchObject({ location: { path } });
  });

  it('has a file that cannot be read as a blocker', () => {
    expect(issues(checked('gitlab').stdout)[0]).toMatchObject({ check_name: 'truncated', severity: 'blocker' });
  });
});

describe('Markdown', () => {
  it('has a row for each file and each result, whatever the text contains', () => {
    const text = whole(checkMarkdown(REPORT));
    const rows = text.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| ---'));
    // Two header rows and two files, then two findings and one unreadable file under separate header rows.
    expect(rows).toHaveLength(1 + 2 + 2 + 3);
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)?.length).toBeGreaterThanOrEqual(5);
    const bare = text.replace(/`[^`\n]*`/g, '');
    expect(bare).not.toContain('](https');
    expect(bare).not.toMatch(/<(?!\/?(?:details|summary|code|sub|br)\b)/);
  });

  it('reports how much does not fit', () => {
    const files = Array.from({ length: 400 }, (_, i) => ({ ...HOSTILE_FILE, target: `model-${i}.gguf` }));
    const text = whole(checkMarkdown({ ...REPORT, files }));
    expect(text.length).toBeLessThan(100_000);
    expect(text).toContain('And 200 more files');
    expect(text).toMatch(/findings of [\d,]+ more files are left out/);
  });
});

describe('several outputs of one run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const at = (name: string) => join(folder, name);

  it('are what each format prints in a separate run', () => {
    const formats = ['text', 'json', 'sarif', 'gitlab', 'github', 'markdown'];
    const { stdout, code } = run([
      ...['check', '--quiet', ...REAL],
      ...formats.flatMap((format) => ['--output', `${format}=${at(`report with spaces.${format}`)}`]),
    ]);
    expect(stdout.split('\n').length).toBe(4);
    expect(code).toBe(2);
    for (const format of formats.slice(1)) {
      expect(readFileSync(at(`report with spaces.${format}`), 'utf8'), format).toBe(checked(format).stdout);
    }
  });

  it('are appended to the summary of a step, which other programs write to as well', () => {
    const summary = at('summary.md');
    writeFileSync(summary, 'before\n');
    run(['check', ...REAL, '--output', `markdown=${summary}`], { env: { GITHUB_STEP_SUMMARY: summary } });
    expect(readFileSync(summary, 'utf8')).toMatch(
      /^before\n### gguf-explain check: 3 files: 1 pass, 1 fail, 1 unreadable\n/,
    );
  });

  it('never overwrite a model, and report what cannot be written', () => {
    const model = at('model.gguf');
    copyFileSync(REAL[0] as string, model);
    const before = readFileSync(model);
    expect(run(['check', model, '--output', `json=${model}`])).toMatchObject({ code: 2, stdout: '' });
    expect(readFileSync(model).equals(before)).toBe(true);
    const { stderr, code } = run(['check', model, '--output', `json=${at('no/such/folder/a.json')}`]);
    expect(stderr).toMatch(/^gguf-explain: --output: .* cannot be written \(the folder does not exist\)/);
    expect(code).toBe(2);
    for (const wrong of ['sarif', 'xml=a', 'sarif=', 'sarif=-']) {
      expect(run(['check', model, '--output', wrong]).code, wrong).toBe(2);
    }
    expect(run(['check', model, '--output', `json=${at('a')}`, '--output', `sarif=${at('a')}`]).code).toBe(2);
  });
});
