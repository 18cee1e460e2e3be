/** The promises of the command definitions, compared with the program: its JSON, its schemas, its completion data, and the build. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/command-list.js';
import { completionData } from '../../src/cli/completion/data.js';
import { GROUPS } from '../../src/cli/define-command.js';
import { FORMATS } from '../../src/cli/formats.js';
import { asksForJson } from '../../src/cli/typed-words.js';
import type { ReportName } from '../../src/report/report-names.js';
import { REPORT_SCHEMAS } from '../../src/report/report-schemas.js';
import { everyFormat } from '../support/command-lines.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { runAll } from './batch.js';
import { run } from './run.js';

const MODEL = join(FIXTURES_FOLDER, 'tiny-stories-Q4_K_M.gguf');

describe('the definitions', () => {
  it('have different names', () => {
    expect(new Set(COMMANDS.map(({ name }) => name)).size).toBe(COMMANDS.length);
  });

  it('fill every group, and use every format', () => {
    expect([...new Set(COMMANDS.map(({ group }) => group))].sort()).toEqual([...GROUPS].sort());
    const used = new Set(COMMANDS.flatMap(({ formats }) => formats.names));
    expect(Object.keys(FORMATS).filter((name) => !used.has(name as keyof typeof FORMATS))).toEqual([]);
  });

  it('name each kind of report once, except for the error that any command may print', () => {
    const named = COMMANDS.flatMap(({ reports }) => reports);
    expect([...named, 'error'].sort()).toEqual(Object.keys(REPORT_SCHEMAS).sort());
  });

  it('have a kind of report where they print their own JSON', () => {
    const silent = COMMANDS.filter(({ reports, formats }) => reports.length === 0 && formats.names.includes('json'));
    expect(silent.map(({ name }) => name)).toEqual(['schema']);
  });
});

describe('the request for JSON', () => {
  it.each<[string, boolean]>([
    ['m.gguf --json', true],
    ['check m.gguf --format json', true],
    ['check m.gguf --format=json', true],
    ['tensors m.gguf --bogus --json', true],
    ['scan m.gguf --json', true],
    ['--header-for host --json --json m.gguf', true],
    ['m.gguf -- --json', false],
    ['-- --json', false],
    ['check m.gguf --policy --json', false],
    ['check m.gguf --policy json', false],
    ['check m.gguf --policy --format json', false],
    ['check m.gguf --format sarif', false],
    ['tensors m.gguf json', false],
    ['--header-for host --json m.gguf', false],
  ])('%s: %s', (line, wanted) => {
    expect(asksForJson(line.split(' '))).toBe(wanted);
  });
});

describe('the printed JSON', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const places = {
    ...{ model: MODEL, other: join(FIXTURES_FOLDER, 'valid', 'llama.gguf'), folder: join(FIXTURES_FOLDER, 'computed') },
    ...{ policy: file('policy.yaml', 'gguf-policy: 1\n'), manifest: file('manifest', ''), resume: file('resume', '') },
    ...{ pattern: 'output_norm.weight', key: 'general.name', prompt: 'a', count: '1', topic: 'quantization' },
  };
  const lines = everyFormat(places).filter(({ command, format }) => format === 'json' || command === 'scan');
  /** Reports that no list of arguments gives: the list of rules replaces a check, and any command may print errors. */
  const more = [
    ['check', '--list-rules', '--json'],
    ['memory', MODEL, join(FIXTURES_FOLDER, 'valid', 'llama.gguf'), '--json'],
    ['explain', `${MODEL}.missing`, '--json'],
  ];
  let printed: { line: string; kinds: readonly ReportName[]; text: string }[];
  beforeAll(() => {
    const jobs = [...lines.map(({ args }) => args), ...more].map((args) => ({ args }));
    const kindsOf = (command: string) => COMMANDS.find(({ name }) => name === command)?.reports ?? [];
    printed = runAll(jobs).map(({ stdout }, i) => {
      const [command = '', ...words] = jobs[i]!.args;
      return { line: [command, ...words].join(' '), kinds: [...kindsOf(command), 'error'] as const, text: stdout };
    });
  });

  it('is of a kind that the definition names, by zod and by the printed schema', () => {
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
    const { schemas } = JSON.parse(run(['schema']).stdout);
    const met = new Set<string>();
    for (const { line, kinds, text } of printed) {
      const value: unknown = JSON.parse(text);
      const kind = kinds.find((name) => REPORT_SCHEMAS[name].safeParse(value).success);
      if (line.startsWith('schema ')) continue;
      expect(kind, line).toBeDefined();
      const validate = ajv.getSchema(kind as string) ?? ajv.compile({ ...schemas[kind as string], $id: kind });
      expect(validate(value), `${line}: ${JSON.stringify(validate.errors?.slice(0, 2))}`).toBe(true);
      met.add(kind as string);
    }
    // Reports about a repository need a hub: test/locate, test/cli/placement.test.ts.
    expect([...met, 'repository', 'repository-sizes'].sort()).toEqual(Object.keys(REPORT_SCHEMAS).sort());
  }, 60_000);

  it('has a schema that can be printed separately', () => {
    const outcomes = runAll(Object.keys(REPORT_SCHEMAS).map((name) => ({ args: ['schema', name] })));
    for (const { stdout, code } of outcomes) {
      expect(JSON.parse(stdout)).toHaveProperty('description');
      expect(code).toBe(0);
    }
  });
});

describe('the data for completion', () => {
  const data = completionData(COMMANDS);

  it('has every command with the options of its help', () => {
    const pages = runAll(COMMANDS.map(({ name }) => ({ args: [name, '--help'] })));
    for (const [i, { name, summary, options }] of data.entries()) {
      const { stdout } = pages[i]!;
      expect(stdout.replace(/\s+/g, ' ').toLowerCase()).toContain(summary.toLowerCase());
      const typed = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, option]) => option);
      expect([...options.map(({ names }) => names.at(-1)), '--help'], name).toEqual(typed);
    }
  });

  it('knows values, and which words may be files', () => {
    const find = (command: string, option: string) =>
      data.find(({ name }) => name === command)?.options.find(({ names }) => names.includes(option));
    expect(find('check', '--format')).toMatchObject({
      takesValue: true,
      values: ['text', 'json', 'junit', 'sarif', 'github', 'gitlab', 'markdown'],
    });
    expect(find('scan', '-0')).toMatchObject({ names: ['-0', '--null'], takesValue: false, values: [] });
    expect(find('explain', '--threads')).toMatchObject({ takesValue: true, values: [] });
    expect(data.filter(({ takesFiles }) => !takesFiles).map(({ name }) => name)).toEqual([
      'list',
      'mcp',
      'schema',
      'completion',
    ]);
  });
});

describe('a command that is registered without the others', () => {
  it('prints the same as together with them: its help, and the refusal of an option', () => {
    const [all, ...alone] = runAll([
      { args: ['--help'] },
      ...COMMANDS.map(({ name }) => ({ args: [name, '--no-such-option'] })),
    ]);
    const [list = ''] = all!.stdout.split('OTHER NAMES');
    const named = [...list.matchAll(/^ {2}([a-z]+) (?:\[|<| )/gm)].map(([, name]) => name);
    expect(named).toEqual([...COMMANDS.map(({ name }) => name), 'help']);
    for (const { stderr, code } of alone) {
      expect(stderr).toMatch(/^gguf-explain: \S+ has no option --no-such-option /);
      expect(code).toBe(2);
    }
  });
});
