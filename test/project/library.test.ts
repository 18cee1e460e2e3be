/** The library as users install it: imported by its name from an empty project, with its types, and silent. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PROJECT_FOLDER } from '../cli/run.js';
import { TINY } from '../report/reports.js';

const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-'));
mkdirSync(join(folder, 'node_modules'));
symlinkSync(PROJECT_FOLDER, join(folder, 'node_modules', 'gguf-explain'), 'junction');
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
afterAll(() => rmSync(folder, { recursive: true }));

function runModule(code: string): { stdout: string; stderr: string; status: number | null } {
  const path = join(folder, 'module.mjs');
  writeFileSync(path, code);
  return spawnSync(process.execPath, [path, TINY], { cwd: folder, encoding: 'utf8' });
}

const IMPORTS = `
  import { createReadStream, readFileSync } from 'node:fs';
  import * as library from 'gguf-explain';
  const { explain, explainFile, GgufError, LocateError, metadataValue, readGguf, renderExplainPage, PLAIN_THEME } = library;
  const path = process.argv[2];
`;

describe('the library', () => {
  it('exports the documented names', () => {
    const { stdout } = runModule(`${IMPORTS} console.log(Object.keys(library).sort().join());`);
    expect(stdout).toBe(
      [
        'ExplainedError,GgufError,LocateError,PLAIN_THEME,attention,check,compareMemory,diff,explain,explainFile,flow,hash,jsonSchemas',
        'learn,lessons,list,makeTheme,memory,metadata,metadataValue,readGguf,renderExplainPage,repository,repositorySizes,rules,scan,sizes',
        'tensorValues,tensors,tokens\n',
      ].join(),
    );
  });

  it('prints nothing', () => {
    const outcome = runModule(`${IMPORTS}
      await explain(path);
      await readGguf(readFileSync(path));
      await explain('no-such-file.gguf').catch(() => undefined);
      renderExplainPage(await explain(path), { width: 100, theme: PLAIN_THEME });
    `);
    expect(outcome).toMatchObject({ stdout: '', stderr: '', status: 0 });
  });

  it('takes a path, bytes, and bytes as they arrive', () => {
    const { stdout } = runModule(`${IMPORTS}
      const reports = [await explain(path), await explain(readFileSync(path)), await explain(createReadStream(path), { name: 'streamed' })];
      console.log(JSON.stringify(reports.map(({ file, totals }) => [file.size, totals.parameters])));
      const file = await readGguf(path, { keepWhole: (key) => key === 'tokenizer.ggml.tokens' });
      console.log(metadataValue(file, 'general.architecture'), metadataValue(file, 'tokenizer.ggml.tokens').items.length);
      console.log(explainFile(file, 'mine').file.name);
    `);
    expect(stdout.split('\n')).toEqual(['[[934272,1472256],[934272,1472256],[null,1472256]]', 'llama 697', 'mine', '']);
  });

  it('throws errors that say what is wrong', () => {
    const { stdout } = runModule(`${IMPORTS}
      const failure = (input) => explain(input).then(() => 'none', (error) => error);
      const missing = await failure('no-such-file.gguf');
      const broken = await failure(readFileSync(path).subarray(0, 1000));
      console.log(missing instanceof LocateError, missing.code, missing.target);
      console.log(broken instanceof GgufError, broken.code, broken.section, broken.offset < 1000);
    `);
    expect(stdout).toBe('true file-not-found no-such-file.gguf\ntrue truncated metadata true\n');
  });
});
