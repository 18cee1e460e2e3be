/** The conventions of the source: files of one idea, checks that are registered, nothing left half done. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VALUE_RULES } from '../../src/checks/data/rules.js';
import { DIGEST_DIFFERS } from '../../src/checks/digest.js';
import { OF_THE_MODEL } from '../../src/checks/explain-rules.js';
import { FORMAT_RULES } from '../../src/checks/format/rules.js';
import { CHECK_FINDINGS, RULES } from '../../src/checks/registry.js';
import { ALL_FINDINGS } from '../../src/policy/all-findings.js';
import { POLICY_FINDINGS } from '../../src/policy/policy-findings.js';
import { RULE_GROUPS } from '../../src/words/findings.js';
import { PROJECT_FOLDER } from '../cli/run.js';
import { PAGES, pageText } from '../support/pages.js';
import { SOURCE } from './source.js';

/** A longer file has more than one idea. */
const MOST_LINES = 260;

/** A table may be as long as its list. A file counts as a table if at most one line in this many contains a function. */
const TABLE_LINES_FOR_A_FUNCTION = 15;

describe('files', () => {
  it(`have at most ${MOST_LINES} lines, except for tables`, () => {
    const long = SOURCE.filter(({ text }) => {
      const lines = text.split('\n').slice(0, -1);
      const functions = lines.filter((line) => /\bfunction\b|=>/.test(line)).length;
      return lines.length > MOST_LINES && functions * TABLE_LINES_FOR_A_FUNCTION > lines.length;
    });
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it('begin with a comment that says what they are', () => {
    const silent = SOURCE.filter(({ text }) => !text.startsWith('/**'));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it('have no TODO and name no machine', () => {
    const wrong = /\b(TODO|FIXME|XXX|HACK)\b|["'`( ]\/(home|root|tmp|work|Users)\//;
    expect(SOURCE.filter(({ text }) => wrong.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

describe('errors', () => {
  /** Thrown and caught within the program, so users never read them. */
  const SIGNALS = [
    ...[
      'checks/jinja/bounded-interpreter.ts',
      'cli/output.ts',
      'io/file.ts',
      'io/lines.ts',
      'io/window.ts',
      'memory/graph/graph-tensor.ts',
      'policy/parse-yaml.ts',
    ],
  ];

  it('for people are of one class', () => {
    const own = SOURCE.filter(({ text }) => / extends Error\b/.test(text)).map(({ path }) => path);
    expect(own).toEqual([...SIGNALS, 'explained-error.ts'].sort());
  });

  it('are recognized without a list of their classes', () => {
    const listed = /instanceof (?:Gguf|Locate|Policy|Usage|Weights|Trace)Error\b/;
    expect(SOURCE.filter(({ text }) => listed.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

describe('signals', () => {
  it('are handled in one place, so that every command ends alike', () => {
    const heard = /process\.(?:on|once)\((?!'exit')/;
    expect(SOURCE.filter(({ text }) => heard.test(text)).map(({ path }) => path)).toEqual(['cli/interruption.ts']);
  });
});

describe('threads', () => {
  it('are started in one place, which reports how they fail, and run one program', () => {
    const users = (pattern: RegExp) => SOURCE.filter(({ text }) => pattern.test(text)).map(({ path }) => path);
    expect(users(/\bnew Worker\(/)).toEqual(['workers/pool.ts']);
    expect(users(/\bparentPort\b/)).toEqual(['workers/serve.ts']);
    expect(users(/\bserve\(/)).toEqual(['cli/worker.ts', 'workers/serve.ts']);
  });
});

describe('checks', () => {
  const rules = [...RULES, ...VALUE_RULES];
  const defined = SOURCE.filter(({ path }) => path.startsWith('checks/')).flatMap(({ path, text }) =>
    [...text.matchAll(/define(?:Value)?Check\(\{\s+code: '([\w-]+)'/g)].map(([, code]) => ({
      path,
      code: code as string,
    })),
  );
  const codeOf = ({ code }: { code: string }) => code;

  it('are all registered, in the folder of their group', () => {
    const folders = defined.map(({ path, code }) => `${path.split('/')[1]} ${code}`);
    expect(folders.sort()).toEqual(rules.map(({ group, code }) => `${group} ${code}`).sort());
  });

  it('are registered once, as are the findings without a rule', () => {
    const codes = [...CHECK_FINDINGS, DIGEST_DIFFERS, ...POLICY_FINDINGS].map(codeOf);
    expect(codes).toEqual([...new Set(codes)]);
    expect([...ALL_FINDINGS.keys()]).toEqual(codes);
  });

  it('are listed by group, in the order of the groups', () => {
    const groups = rules.map(({ group }) => group);
    expect([...new Set(groups)]).toEqual([...RULE_GROUPS]);
    expect(groups).toEqual([...groups].sort((a, b) => RULE_GROUPS.indexOf(a) - RULE_GROUPS.indexOf(b)));
  });

  it('have a file that triggers them, or one in fixtures/policies', () => {
    const shown = new Set(
      ['flawed', 'policies'].flatMap((folder) =>
        readdirSync(join(PROJECT_FOLDER, 'fixtures', folder)).map((name) => name.split('--')[0]),
      ),
    );
    // A different digest shows only in a file that is named by its digest: test/cli/file-digests.test.ts.
    expect([...ALL_FINDINGS.keys()].filter((code) => !shown.has(code))).toEqual([DIGEST_DIFFERS.code]);
  });

  it('are loaded by explain only with their theme, where it reports one of them', () => {
    const loaded = reachedFrom('checks/explain-rules.ts').filter((path) => /^checks\/(?!format)\w+\//.test(path));
    expect(loaded.length).toBeGreaterThan(1);
    expect(loaded.filter((path) => !sourceOf(path).text.includes('explains: true'))).toEqual([]);
  });

  it('are loaded by explain where it reports them', () => {
    const told = [...FORMAT_RULES, ...OF_THE_MODEL].filter(({ explains }) => explains).map(codeOf);
    expect(told).toEqual(RULES.filter(({ explains }) => explains).map(codeOf));
  });
});

describe('the folders of src/', () => {
  it('are all described in src/README.md', () => {
    const page = readFileSync(join(PROJECT_FOLDER, 'src', 'README.md'), 'utf8');
    const folders = readdirSync(join(PROJECT_FOLDER, 'src'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(folders.filter(({ name }) => !page.includes(`${name}/`)).map(({ name }) => name)).toEqual([]);
  });

  it('contain the files that the pages about them name', () => {
    const known = new Set(SOURCE.map(({ path }) => path));
    for (const [name, least] of [
      ['src/README.md', 20],
      ['CONTRIBUTING.md', 30],
      ['docs/architecture.md', 15],
      ['SECURITY.md', 8],
      ...PAGES.map((page) => [page, 0] as const),
    ] as const) {
      const page = pageText(name);
      // Folders in the pages for users are the reader's own.
      const folders = least > 0 ? '|(?:[\\w-]+/)+' : '';
      const paths = new RegExp(`\`((?:[\\w-]+/)*[\\w.-]+\\.(?:ts|mjs)${folders})\``, 'g');
      const named = [...page.matchAll(paths)].map(([, path]) => path as string);
      expect(named.length).toBeGreaterThanOrEqual(least);
      const there = (path: string) =>
        [path, `src/${path}`, `test/support/fixtures/${path}`].some((one) => existsSync(join(PROJECT_FOLDER, one)));
      expect(
        named.filter((path) => !known.has(path) && !there(path)),
        name,
      ).toEqual([]);
    }
  });
});

function sourceOf(path: string) {
  return SOURCE.find((file) => file.path === path)!;
}

/** A file and everything that it imports, directly or indirectly. */
function reachedFrom(path: string, seen = new Set<string>()): string[] {
  if (!seen.has(path)) {
    seen.add(path);
    for (const file of sourceOf(path).files) reachedFrom(file, seen);
  }
  return [...seen];
}
