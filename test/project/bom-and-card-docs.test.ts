/** What docs/bom-and-card.md shows is what the program prints. `UPDATE_README=1` writes it anew. */

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PROJECT_FOLDER } from '../cli/run.js';
import { folderWithProgram, runLine, visible } from '../cli/transcript.js';
import { agrees, shownIn, withOutputs } from './readme-blocks.js';

const PATH = join(PROJECT_FOLDER, 'docs', 'bom-and-card.md');

describe.skipIf(process.platform === 'win32')('docs/bom-and-card.md', () => {
  const programFolder = folderWithProgram();
  afterAll(() => rmSync(programFolder, { recursive: true }));

  it('shows what the program prints', async () => {
    const page = readFileSync(PATH, 'utf8');
    const real = new Map<string, string[]>();
    for (const { line } of shownIn(page)) {
      const { stdout, stderr } = await runLine(line, programFolder);
      real.set(
        line,
        visible(stdout + stderr)
          .replace(/\n$/, '')
          .split('\n'),
      );
    }
    if (process.env.UPDATE_README === '1')
      writeFileSync(
        PATH,
        withOutputs(page, (line) => real.get(line) ?? []),
      );
    const shown = shownIn(readFileSync(PATH, 'utf8'));
    expect(shown.length).toBe(2);
    expect(shown.filter(({ line, output }) => !agrees(output, real.get(line) ?? []))).toEqual([]);
  });
});
