/** What docs/memory.md shows is what the program prints, for models of real size that are there as headers. `UPDATE_README=1` writes it anew. */

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_FOLDER, plainEnvironment } from '../cli/run.js';
import { folderWithProgram, visible } from '../cli/transcript.js';
import { startHub, type TestHub } from '../support/hub.js';
import { gptOss120B, llama8B, wholeSize } from '../support/real-shapes.js';
import { agrees, shownIn, withOutputs } from './readme-blocks.js';

const PATH = join(PROJECT_FOLDER, 'docs', 'memory.md');
const UPDATE = process.env.UPDATE_README === '1';
const TYPES = ['Q8_0', 'Q6_K', 'Q5_K_M', 'Q4_K_M', 'Q3_K_M', 'Q2_K'];

describe.skipIf(process.platform === 'win32')('docs/memory.md', () => {
  const programFolder = folderWithProgram();
  const models = mkdtempSync(join(tmpdir(), 'gguf-explain-models-'));
  const real = new Map<string, string[]>();
  let hub: TestHub;

  beforeAll(async () => {
    writeFileSync(join(models, 'Llama-3.1-8B-Q4_K_M.gguf'), llama8B('Q4_K_M'));
    writeFileSync(join(models, 'gpt-oss-120b-mxfp4.gguf'), gptOss120B());
    const files = Object.fromEntries(TYPES.map((type) => [`Llama-3.1-8B-${type}.gguf`, llama8B(type)]));
    const sizes = Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, wholeSize(bytes)]));
    hub = await startHub({ repository: 'owner/Llama-3.1-8B-GGUF', files, sizes });
    for (const { line } of shownIn(readFileSync(PATH, 'utf8'))) real.set(line, await outputOf(line));
    if (!UPDATE) return;
    const page = readFileSync(PATH, 'utf8');
    writeFileSync(
      PATH,
      withOutputs(page, (line) => real.get(line) ?? []),
    );
  }, 120_000);

  afterAll(async () => {
    await hub.close();
    for (const folder of [programFolder, models]) rmSync(folder, { recursive: true });
  });

  function outputOf(line: string): Promise<string[]> {
    const environment = plainEnvironment();
    const path = `${programFolder}${delimiter}${environment.PATH}`;
    const env = { ...environment, COLUMNS: '80', PATH: path, HF_HOME: join(models, 'none'), ...hub.env };
    return new Promise((resolve) => {
      execFile('sh', ['-c', line], { cwd: models, env }, (_error, stdout, stderr) =>
        resolve(
          visible(stdout + stderr)
            .replace(/\n$/, '')
            .split('\n'),
        ),
      );
    });
  }

  it('shows what the program prints', () => {
    const shown = shownIn(readFileSync(PATH, 'utf8'));
    expect(shown.length).toBeGreaterThan(4);
    for (const { line, output } of shown) {
      if (!agrees(output, real.get(line) ?? [])) expect(output, line).toEqual(real.get(line));
    }
  });

  it('asks the hub for its list and then once for each file', () => {
    const asked = hub.hub.seen.map(({ url }) => url);
    expect(asked.filter((url) => url.startsWith('/api/'))).toHaveLength(1);
    expect(asked.filter((url) => url.includes('/resolve/')).sort()).toEqual(
      TYPES.map((type) => `/owner/Llama-3.1-8B-GGUF/resolve/main/Llama-3.1-8B-${type}.gguf`).sort(),
    );
  });
});
