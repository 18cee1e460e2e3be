/** Text diffusion fills masked tokens: the pages on such a model do not speak of a next token. */

import { copyFileSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FIXTURES_FOLDER } from '../support/places.js';
import { run } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The header of a small model, and zeros for its weights. */
const model = join(folder, 'llada.gguf');
copyFileSync(join(FIXTURES_FOLDER, 'headers', 'computed', 'llada-moe-moe.gguf'), model);
const { file } = JSON.parse(run(['explain', model, '--json']).stdout) as { file: { dataStart: number } };
truncateSync(model, file.dataStart + 1024 * 1024);

describe('a model that fills masked tokens', () => {
  it('has scores at the last token, and no token is next', () => {
    const { stdout, code } = run(['flow', model, '--tokens', '1,2,3']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ FLOW {2}"#\d+" has the highest score at the last token \([\d.]+ %\)/);
    expect(stdout).toContain('SCORES AT THE LAST TOKEN');
    expect(stdout).not.toMatch(/NEXT TOKEN|predicts .* next/);
    expect(JSON.parse(run(['flow', model, '--tokens', '1,2,3', '--json']).stdout)).toMatchObject({ fillsMasks: true });
  });

  it('says so on the page and in the graph', () => {
    for (const command of [
      ['explain', model],
      ['flow', model],
    ]) {
      const { stdout } = run(command);
      expect(stdout).toContain('masked');
      expect(stdout).not.toContain('next token');
    }
  });
});
