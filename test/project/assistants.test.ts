/**
 * Checks that the statements of SKILL.md and docs/assistants.md are true, beyond the outputs that they show (pages.test.ts,
 * examples.test.ts).
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { TOOLS } from '../../src/cli/mcp/tools.js';
import { run } from '../cli/run.js';
import { pageText } from '../support/pages.js';

describe('SKILL.md', () => {
  const page = pageText('SKILL.md');

  it('begins with a name and a description, as skills do, and is a page', () => {
    const [, head = ''] = /^---\n([\s\S]*?)\n---\n/.exec(page) ?? [];
    const { name, description, ...others } = parse(head);
    expect([name, others]).toEqual(['gguf-explain', {}]);
    expect(description.length).toBeLessThan(1024);
    expect(page.length).toBeLessThan(5000);
  });

  it('names only commands and options that exist', () => {
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
  const page = pageText('docs/assistants.md');

  it('names every tool, option and code of the server', () => {
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
