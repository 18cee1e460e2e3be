/** The workflows of the pages, tested line by line: each of their commands that calls the program runs in a shell, in order. */

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { plainEnvironment } from '../cli/run.js';
import { folderWithProgram } from '../cli/transcript.js';
import { fencedBlocks } from '../support/pages.js';
import { FIXTURES_FOLDER } from '../support/places.js';

interface Workflow {
  jobs?: Record<string, { steps: { run?: string }[] }>;
  'check-models'?: { script: string[] };
}

const blocks = fencedBlocks()
  .filter(({ language }) => language === 'yaml')
  .map(({ text }) => text);
const workflows = blocks.map((text) => parse(text) as Workflow);
const POLICY = readFileSync(join(FIXTURES_FOLDER, 'policies', 'gguf-policy.yaml'), 'utf8');

describe('the workflows', () => {
  const bin = folderWithProgram();
  const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-workflow-'));
  afterAll(() => {
    for (const each of [bin, folder]) rmSync(each, { recursive: true });
  });
  mkdirSync(join(folder, 'models'));
  cpSync(join(FIXTURES_FOLDER, 'tiny-stories-Q4_K_M.gguf'), join(folder, 'models', 'tiny-stories-Q4_K_M.gguf'));
  cpSync(join(FIXTURES_FOLDER, 'policies', 'gguf-policy.yaml'), join(folder, 'gguf-policy.yaml'));

  const commandsOf = (workflow: Workflow) => [
    ...Object.values(workflow.jobs ?? {}).flatMap(({ steps }) => steps.flatMap(({ run }) => (run ? [run] : []))),
    ...(workflow['check-models']?.script ?? []),
  ];
  const environment = {
    ...plainEnvironment(),
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
  };

  it('exist for GitHub and GitLab, with the policy that they name', () => {
    expect(workflows.filter(({ jobs }) => jobs !== undefined)).toHaveLength(1);
    expect(workflows.filter((workflow) => workflow['check-models'] !== undefined)).toHaveLength(1);
    expect(blocks).toContain(POLICY);
  });

  it('run, line by line, and write their reports', () => {
    const commands = workflows.flatMap(commandsOf).filter((line) => line.startsWith('gguf-explain'));
    expect(commands).toHaveLength(2);
    for (const line of commands) execFileSync('sh', ['-ec', line], { cwd: folder, env: environment });
    for (const report of ['gguf.sarif', 'summary.md', 'gguf.xml', 'gl-code-quality.json']) {
      expect(existsSync(join(folder, report)), report).toBe(true);
    }
  });
});
