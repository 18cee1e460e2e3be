/** The contract: every report matches report/schema.ts, by zod and by the JSON Schema that the program prints. */

import { basename } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { jsonPieces } from '../../src/render/json.js';
import { PLAIN_THEME } from '../../src/render/theme.js';
import { REPORT_SCHEMAS } from '../../src/report/report-schemas.js';
import { run } from '../cli/run.js';
import { HEADERS } from '../support/reference.js';
import { pagesOf, READABLE, type Reports, reportsOn } from './reports.js';

type ReportName = keyof Reports;
const NAMES: readonly ReportName[] = ['explain', 'tensors', 'tensor', 'metadata', 'memory', 'sizes', 'check'];

const text = (report: unknown) => [...jsonPieces(report)].join('');

/** The path and type of any value that JSON cannot hold: bigint, undefined, NaN, Map, Date … */
function notJson(value: unknown, path = ''): string[] {
  if (value === null || ['string', 'boolean'].includes(typeof value)) return [];
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [`${path}: ${value}`];
  const plain =
    Array.isArray(value) || (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype);
  if (!plain) return [`${path}: ${typeof value}`];
  return Object.entries(value).flatMap(([key, item]) => notJson(item, `${path}.${key}`));
}

describe('the printed JSON Schema', () => {
  it('has one schema for each report, the same as when it is requested separately', () => {
    const { schemaVersion, schemas } = JSON.parse(run(['schema']).stdout);
    expect(schemaVersion).toBe(1);
    expect(Object.keys(schemas)).toEqual(Object.keys(REPORT_SCHEMAS));
    expect(JSON.parse(run(['schema', 'explain']).stdout)).toEqual(schemas.explain);
  });

  it('states its draft, and describes each report', () => {
    for (const schema of Object.values(JSON.parse(run(['schema']).stdout).schemas)) {
      expect(schema).toMatchObject({
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        description: expect.stringContaining('print'),
      });
      const { oneOf = [schema] } = schema as { oneOf?: unknown[] };
      for (const one of oneOf) expect(one).toMatchObject({ additionalProperties: false });
    }
  });
});

describe.each([
  { what: 'the fixtures', files: READABLE },
  { what: 'the headers of many architectures', files: HEADERS },
])('reports on $what', ({ files }) => {
  describe('', () => {
    let all: { path: string; reports: Reports }[];
    let validators: Record<ReportName, ValidateFunction>;

    beforeAll(async () => {
      all = await Promise.all(files.map(async (path) => ({ path, reports: await reportsOn(path) })));
      const { schemas } = JSON.parse(run(['schema']).stdout);
      const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
      validators = Object.fromEntries(NAMES.map((name) => [name, ajv.compile(schemas[name])])) as typeof validators;
    }, 60_000);

    it.each(NAMES)('%s: are valid under the zod schema', (name) => {
      const problems = all.flatMap(({ path, reports }) => {
        const { error } = REPORT_SCHEMAS[name].safeParse(JSON.parse(text(reports[name])));
        return error === undefined ? [] : [`${basename(path)}: ${error.message.slice(0, 500)}`];
      });
      expect(problems).toEqual([]);
    });

    it.each(NAMES)('%s: are valid under the printed JSON Schema', (name) => {
      const problems = all.flatMap(({ path, reports }) => {
        const validate = validators[name];
        return validate(JSON.parse(text(reports[name]))) ? [] : [[basename(path), validate.errors?.slice(0, 3)]];
      });
      expect(problems).toEqual([]);
    });

    it.each(NAMES)('%s: hold nothing that JSON cannot', (name) => {
      const problems = all.flatMap(({ path, reports }) => notJson(reports[name], `${basename(path)}: `));
      expect(problems).toEqual([]);
    });

    it.each(NAMES)('%s: are the same written in pieces as in one', (name) => {
      for (const { path, reports } of all) {
        const written = text(reports[name]);
        const whole = JSON.stringify(reports[name], null, 2);
        expect(JSON.parse(written), path).toEqual(JSON.parse(whole));
        // Where no character has to be escaped for the terminal, it is the same text.
        if (written.length === whole.length + 1) expect(written, path).toBe(`${whole}\n`);
      }
    });

    it('saved as JSON and read back give the same pages', () => {
      const options = { width: 100, theme: PLAIN_THEME };
      for (const { path, reports } of all) {
        const readBack = Object.fromEntries(NAMES.map((name) => [name, JSON.parse(text(reports[name]))]));
        expect(pagesOf(readBack as unknown as Reports, options), path).toEqual(pagesOf(reports, options));
      }
    });
  });
});

describe('the zod schema', () => {
  it('refuses unknown fields', async () => {
    const { explain } = await reportsOn(READABLE[0] as string);
    const { safeParse } = REPORT_SCHEMAS.explain;
    expect(safeParse(explain).success).toBe(true);
    expect(safeParse({ ...explain, more: 1 }).success).toBe(false);
    expect(safeParse({ ...explain, schemaVersion: 2 }).success).toBe(false);
    expect(safeParse({ ...explain, tensors: [{ ...explain.tensors[0], bytes: -1 }] }).success).toBe(false);
  });
});
