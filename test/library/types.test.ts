/** The types of the library as a user who has only the package sees them: without zod, and the same as those that the source uses. */

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PROJECT_FOLDER } from '../cli/run.js';

const TYPES = join(PROJECT_FOLDER, 'dist', 'types');
const TSC = join(PROJECT_FOLDER, 'node_modules', 'typescript', 'bin', 'tsc');
const STRICT = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--target', 'es2022', '--module', 'nodenext'];
const NODE_TYPES = ['--types', 'node', '--typeRoots', join(PROJECT_FOLDER, 'node_modules', '@types')];

function compile(
  folder: string,
  name: string,
  code: string,
  ...options: string[]
): { stdout: string; status: number | null } {
  writeFileSync(join(folder, name), code);
  const args = [TSC, ...STRICT, ...NODE_TYPES, '--lib', 'es2023,esnext.disposable', ...options, name];
  const { stdout, status } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  return { stdout, status };
}

/** An empty project that has the package, but none of the packages that the package depends on. */
function projectWithPackage(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-types-'));
  const installed = join(folder, 'node_modules', 'gguf-explain');
  mkdirSync(installed, { recursive: true });
  cpSync(join(PROJECT_FOLDER, 'package.json'), join(installed, 'package.json'));
  for (const part of ['types', 'library']) {
    cpSync(join(PROJECT_FOLDER, 'dist', part), join(installed, 'dist', part), { recursive: true });
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  return folder;
}

describe('the types', () => {
  const folder = projectWithPackage();
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are complete without zod', () => {
    const outcome = compile(
      folder,
      'typed.mts',
      `import { check, type ExplainReport, explain, type Finding, flow, type GgufFile, metadataValue, readGguf, tensorValues } from 'gguf-explain';
       const file: GgufFile = await readGguf('model.gguf', { keepWhole: (key: string) => key.startsWith('a') });
       const report: ExplainReport = await explain(new Uint8Array(), { name: 'name', signal: new AbortController().signal });
       await explain(new URL('file:///model.gguf'));
       await explain(new Blob([]), { headers: { 'https://example.com': { authorization: 'x' } } });
       await check(['a.gguf', new ArrayBuffer(8), [new Uint8Array(1)]]);
       export const verdict: 'pass' | 'fail' | 'unreadable' | 'incomplete' = (await check('a.gguf')).verdict;
       export const next: number[] = (await flow('a.gguf', { prompt: 'x' })).next.map(({ id }) => id);
       export const parts: string[] = (await flow('a.gguf')).parts.map(({ title }) => title);
       export const shown: (string | number)[] | undefined = (await tensorValues('a.gguf', 'x')).rows[0]?.slice?.values.filter((value) => value !== null);
       // @ts-expect-error a prompt or ids, not both
       flow('a.gguf', { prompt: 'x', tokens: [1] });
       export const code: Finding['code'] | undefined = file.findings[0]?.code;
       export const parameters: number = report.totals.parameters;
       export const size: number | null = report.file.size;
       export const value: unknown = metadataValue(file, 'general.name');
       // @ts-expect-error a number is no input
       explain(42);
       // @ts-expect-error the size may be unknown
       export const wrong: number = report.file.size;
       // @ts-expect-error a report has no such field
       report.file.sizes;
      `,
      '--skipLibCheck',
      'false',
    );
    expect(outcome).toEqual({ stdout: '', status: 0 });
  });

  it('are those of the schemas', () => {
    const schemas = readdirSync(join(TYPES, 'report')).filter((name) => name.endsWith('schema.d.ts'));
    const lines = schemas.flatMap((name, i) => {
      const module = name.replace(/\.d\.ts$/, '.js');
      const source = join(PROJECT_FOLDER, 'src', 'report', module);
      const own = [...readFileSync(join(TYPES, 'report', name), 'utf8').matchAll(/^export (?:interface|type) (\w+)/gm)];
      return [
        `import type * as P${i} from ${JSON.stringify(join(TYPES, 'report', module))};`,
        `import type * as Z${i} from ${JSON.stringify(source)};`,
        ...own.map(([, type]) => `same<P${i}.${type}, Z${i}.${type}>(true); same<Z${i}.${type}, P${i}.${type}>(true);`),
      ];
    });
    expect(lines.length).toBeGreaterThan(30);
    const code = `declare function same<A, B>(is: [A] extends [B] ? true : false): void;\n${lines.join('\n')}\n`;
    expect(compile(folder, 'same.mts', code, '--skipLibCheck')).toEqual({ stdout: '', status: 0 });
  });
});
