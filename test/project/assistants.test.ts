/**
 * What SKILL.md and docs/assistants.md tell assistants is so. After a change that was meant, `UPDATE_README=1 npm test` writes the outputs
 * anew.
 */

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { TOOLS } from '../../src/cli/mcp/tools.js';
import { PROJECT_FOLDER, plainEnvironment, run } from '../cli/run.js';
import { folderWithProgram, runLine, visible } from '../cli/transcript.js';
import { TINY } from '../report/reports.js';
import { agrees, shownIn, withOutputs } from './readme-blocks.js';

const UPDATE = process.env.UPDATE_README === '1';
const textOf = (path: string) => readFileSync(join(PROJECT_FOLDER, path), 'utf8');

describe('SKILL.md', () => {
  const page = textOf('SKILL.md');
  const programFolder = folderWithProgram();
  afterAll(() => rmSync(programFolder, { recursive: true }));

  it('shows what the program prints', async () => {
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
    expect(real.size).toBeGreaterThan(4);
    if (UPDATE)
      writeFileSync(
        join(PROJECT_FOLDER, 'SKILL.md'),
        withOutputs(page, (line) => real.get(line) ?? []),
      );
    for (const { line, output } of shownIn(textOf('SKILL.md'))) {
      if (!agrees(output, real.get(line) ?? [])) expect(output, line).toEqual(real.get(line));
    }
  });

  it('begins with a name and a description, as skills do, and is a page', () => {
    const [, head = ''] = /^---\n([\s\S]*?)\n---\n/.exec(page) ?? [];
    const { name, description, ...others } = parse(head);
    expect([name, others]).toEqual(['gguf-explain', {}]);
    expect(description.length).toBeLessThan(1024);
    expect(page.length).toBeLessThan(5000);
  });

  it('names commands and options that there are', () => {
    for (const [, line = ''] of page.matchAll(/`gguf-explain ([^`]+)`/g)) {
      const [command = '', ...words] = line.split(' ');
      const options = words.filter((word) => word.startsWith('--'));
      if (!/^[a-z]/.test(command)) continue;
      const { stdout, code } = run([command, '--help']);
      expect([line, code]).toEqual([line, 0]);
      for (const option of options) expect(stdout).toContain(option);
    }
  });
});

describe('docs/assistants.md', () => {
  const page = textOf('docs/assistants.md');

  it('shows what its example prints', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-assistants-'));
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(PROJECT_FOLDER, join(folder, 'node_modules', 'gguf-explain'), 'junction');
    mkdirSync(join(folder, 'models'));
    for (const name of ['model.gguf', join('models', 'stories.gguf')]) copyFileSync(TINY, join(folder, name));
    const renewed = page.replace(/^```js\n([\s\S]*?)^```\n\n```text\n[\s\S]*?^```$/m, (_, code: string) => {
      writeFileSync(join(folder, 'example.mjs'), code);
      const options = { cwd: folder, encoding: 'utf8', env: plainEnvironment() } as const;
      const { stdout, stderr } = spawnSync(process.execPath, ['example.mjs'], options);
      return `\`\`\`js\n${code}\`\`\`\n\n\`\`\`text\n${stdout}${stderr}\`\`\``;
    });
    rmSync(folder, { recursive: true });
    if (UPDATE) writeFileSync(join(PROJECT_FOLDER, 'docs/assistants.md'), renewed);
    else expect(page).toBe(renewed);
  });

  it('names every tool, option and code of its own', () => {
    for (const { name } of TOOLS) expect(page).toContain(`\`${name}\``);
    const { stdout } = run(['mcp', '--help']);
    const options = [...stdout.matchAll(/^ +(--[a-z-]+)/gm)].map(([, option]) => option);
    expect(options.length).toBeGreaterThan(3);
    for (const option of options) expect(page).toContain(option);
  });

  it('has settings with which an assistant starts the server', () => {
    const [, settings = ''] = /^```json\n([\s\S]*?)^```$/m.exec(page) ?? [];
    const { command, args } = JSON.parse(settings).mcpServers['gguf-explain'];
    expect([command, args.slice(0, 2)]).toEqual(['npx', ['-y', 'gguf-explain']]);
    const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-assistants-'));
    expect(run([...args.slice(2, -1), folder])).toEqual({ stdout: '', stderr: '', code: 0 });
    rmSync(folder, { recursive: true });
  });
});
