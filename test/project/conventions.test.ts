/** What the source has agreed on with itself: files of one idea, checks that are registered, nothing left half done. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VALUE_RULES } from '../../src/checks/data/rules.js';
import { RULES } from '../../src/checks/registry.js';
import { RULE_GROUPS } from '../../src/words/findings.js';
import { PROJECT_FOLDER } from '../cli/run.js';
import { SOURCE } from './source.js';

/** A file of more lines has more than one idea. */
const MOST_LINES = 260;

/** Tables, which are as long as what they list. */
const TABLES = [
  'gguf/tensor-types.ts',
  'words/metadata-key-words.ts',
  'words/roles/attention.ts',
  'words/roles/companions.ts',
  'words/roles/normalization.ts',
  'words/roles/output.ts',
  'words/roles/recurrent.ts',
  'words/roles/vision-audio.ts',
  'model/foreign-names.ts',
  'model/media-module-roles.ts',
  'model/module-roles.ts',
  'model/tensor-name.ts',
  'report/schema.ts',
];

describe('files', () => {
  it(`have at most ${MOST_LINES} lines, but for tables`, () => {
    const long = SOURCE.filter(({ text }) => text.split('\n').length - 1 > MOST_LINES).map(({ path }) => path);
    expect(long).toEqual([...TABLES].sort());
  });

  it('say in their first lines what they are', () => {
    // A check is told by the comment at its rule.
    const silent = SOURCE.filter(({ path, text }) => !text.startsWith('/**') && !path.startsWith('checks/'));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it('leave nothing for later and know no machine', () => {
    const wrong = /\b(TODO|FIXME|XXX|HACK)\b|["'`( ]\/(home|root|tmp|work|Users)\//;
    expect(SOURCE.filter(({ text }) => wrong.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

describe('errors', () => {
  /** Thrown and caught within the program: nobody reads them. */
  const SIGNALS = ['cli/output.ts', 'io/file.ts', 'io/lines.ts', 'io/window.ts', 'policy/parse-yaml.ts'];

  it('for people are of one class', () => {
    const own = SOURCE.filter(({ text }) => / extends Error\b/.test(text)).map(({ path }) => path);
    expect(own).toEqual([...SIGNALS, 'explained-error.ts'].sort());
  });

  it('are told by what they say, not by a list of their classes', () => {
    const listed = /instanceof (?:Gguf|Locate|Policy|Usage|Weights|Trace)Error\b/;
    expect(SOURCE.filter(({ text }) => listed.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

describe('signals', () => {
  it('are heard in one place, so that every command ends alike', () => {
    const heard = /process\.(?:on|once)\(/;
    expect(SOURCE.filter(({ text }) => heard.test(text)).map(({ path }) => path)).toEqual(['cli/interruption.ts']);
  });

  it('of threads are told in one place', () => {
    const told = /\.on\('(?:error|exit)', (?:\(\w*\) => )?(?!.*threadFailure)/;
    const starting = SOURCE.filter(({ text }) => text.includes('new Worker('));
    expect(starting.filter(({ text }) => told.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

describe('checks', () => {
  const folder = join(PROJECT_FOLDER, 'src', 'checks');
  /** Lists of rules, and of what they need. */
  const LISTS = ['rules.ts', 'data-rules.ts'];
  const files = RULE_GROUPS.flatMap((group) => readdirSync(join(folder, group))).filter(
    (name) => !LISTS.includes(name),
  );

  it('are all registered, each in the file of its code', () => {
    expect([...RULES, ...VALUE_RULES].map(({ code }) => `${code}.ts`).sort()).toEqual(files.sort());
  });

  it('are registered once', () => {
    expect(new Set(RULES).size).toBe(RULES.length);
    expect(new Set(VALUE_RULES).size).toBe(VALUE_RULES.length);
  });
});

describe('the folders of src/', () => {
  it('are all told about in src/README.md', () => {
    const page = readFileSync(join(PROJECT_FOLDER, 'src', 'README.md'), 'utf8');
    const folders = readdirSync(join(PROJECT_FOLDER, 'src'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(folders.filter(({ name }) => !page.includes(`${name}/`)).map(({ name }) => name)).toEqual([]);
  });

  it('have the files that src/README.md and README.md name', () => {
    const known = new Set(SOURCE.map(({ path }) => path));
    for (const name of ['src/README.md', 'README.md']) {
      const page = readFileSync(join(PROJECT_FOLDER, name), 'utf8');
      const named = [...page.matchAll(/`(?:src\/)?((?:[\w-]+\/)*[\w-]+\.ts)`/g)].map(([, path]) => path as string);
      const missing = named.filter((path) => !known.has(path) && !readable(path));
      expect(missing, name).toEqual([]);
    }
  });
});

function readable(path: string): boolean {
  try {
    readFileSync(join(PROJECT_FOLDER, path));
    return true;
  } catch {
    return false;
  }
}
