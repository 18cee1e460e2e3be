/** `learn`, followed as a new user would: from the list to the last lesson, running each command that a lesson prints. */

import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/render/text/display-width.js';
import { LessonListSchema, type LessonReport, LessonReportSchema } from '../../src/report/lesson-schema.js';
import { LESSONS } from '../../src/words/lessons.js';
import { WHOLE } from '../report/reports.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { pagesText } from '../support/reference.js';
import { runAll } from './batch.js';
import { run } from './run.js';
import { folderWithProgram, runLine } from './transcript.js';

const IDS = LESSONS.map(({ id }) => id);

let folder: string;
beforeAll(() => {
  folder = folderWithProgram();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The command that a page tells the reader to try or to continue with, without its reason. */
function commandAfter(page: string, heading: string): string | undefined {
  const lines = page.split('\n').map((line) => line.trim());
  return lines[lines.indexOf(heading) + 1]?.split(/ {2,}/)[0];
}

describe('learn', () => {
  it('has the number of lessons that the pages state', () => {
    const count = ['nine', 'ten', 'eleven', 'twelve', 'thirteen'][IDS.length - 9];
    expect(pagesText()).toContain(`${count} short lessons`);
  });

  it('leads from the list through all lessons to the end, and each command to try works', async () => {
    const list = await runLine('gguf-explain learn', folder);
    const listed = list.stdout.split('\n').filter((line) => line.startsWith(' gguf-explain learn '));
    expect(listed.map((line) => line.trim().split(' ').at(-1))).toEqual(IDS);
    const help = (await runLine('gguf-explain --help', folder)).stdout;
    const commands = [...help.matchAll(/^ {2}([a-z]+)(?: |$)/gm)].map(([, name]) => name as string);
    expect(commands).toContain('learn');
    const seen: string[] = [];
    const failed: string[] = [];
    let line: string | undefined = listed[0]?.trim();
    while (line !== undefined) {
      const page = await runLine(line, folder);
      expect(page.code, line).toBe(0);
      seen.push(line.split(' ').at(-1) as string);
      line = page.stdout.includes('\n NEXT\n') ? commandAfter(page.stdout, 'NEXT') : undefined;
      const attempt = commandAfter(page.stdout, 'TRY') as string;
      expect(attempt, seen.at(-1)).toMatch(/^gguf-explain /);
      // A lesson may mention a command that this build of the program does not have.
      if (!commands.includes(attempt.split(' ')[1] as string)) continue;
      const tried = await runLine(attempt, folder);
      if (tried.code !== 0 || tried.stdout === '') failed.push(`${attempt}: ${tried.stderr}`);
    }
    expect(seen).toEqual(IDS);
    expect(failed).toEqual([]);
  }, 60_000);

  it('accepts the included model like any other', () => {
    expect(run(['learn', 'demo']).stdout).toMatch(/^ LESSONS\n\n gguf-explain learn weights demo\n/);
  });

  it('fits 80 columns and about one screen', () => {
    const jobs = IDS.map((id) => ({ args: ['learn', id], env: { COLUMNS: '80' } }));
    for (const [i, { stdout }] of runAll(jobs).entries()) {
      const lines = stdout.trimEnd().split('\n');
      expect(
        lines.filter((line) => displayWidth(line) > 80 && !line.startsWith(' gguf-explain ')),
        IDS[i],
      ).toEqual([]);
      expect(lines.length, IDS[i]).toBeLessThanOrEqual(40);
    }
  });

  it('uses the numbers of the given model', () => {
    const mixtral = 'fixtures/valid/mixtral.gguf';
    const jobs = IDS.flatMap((id) => [{ args: ['learn', id, '--json'] }, { args: ['learn', id, mixtral, '--json'] }]);
    const reports = runAll(jobs).map(({ stdout }) => LessonReportSchema.parse(JSON.parse(stdout)));
    for (let i = 0; i < reports.length; i += 2) {
      const [own, other] = [reports[i], reports[i + 1]] as [LessonReport, LessonReport];
      expect(other.numbers, own.id).not.toEqual(own.numbers);
      expect(other.model).toBe(mixtral);
    }
    const roles = reports.findLast(({ id }) => id === 'roles');
    expect(roles?.paragraphs.join('\n')).toContain('only 2 of 4 work on a token');
  });

  it('opens a real block and reads a real row', () => {
    const [block, row] = ['quantization', 'lookup'].map(
      (id) => JSON.parse(run(['learn', id, '--json']).stdout) as LessonReport,
    );
    expect(block?.figure?.rows.map(({ label }) => label)).toContain('weight 0');
    expect(row?.numbers).toMatchObject({ table: 'token_embd.weight', rows: 697, width: 256, rowBytes: 144 });
    expect(row?.figure?.rows[0]?.value.split('  ')).toHaveLength(6);
  });

  it('accepts the topic and the model in either order, and a model without a topic', () => {
    const tiny = 'fixtures/tiny-stories-Q4_K_M.gguf';
    expect(run(['learn', tiny, 'lens']).stdout).toBe(run(['learn', 'lens', tiny]).stdout);
    const list = LessonListSchema.parse(JSON.parse(run(['learn', tiny, '--json']).stdout));
    expect(list.model).toBe(tiny);
    expect(run(['learn', tiny]).stdout).toContain(`gguf-explain learn lens ${tiny}`);
  });

  it('shows one product with its numbers, the same that attention shows for the token', () => {
    const { lens } = JSON.parse(run(['learn', 'lens', '--json']).stdout) as LessonReport;
    const { id = 0 } = lens?.token ?? {};
    const { figure } = JSON.parse(run(['attention', 'demo', '--tokens', String(id), '--layer', '0', '--json']).stdout);
    expect(lens?.output.slice(0, 4)).toEqual(figure.query.first[0]);
    expect(lens?.result).toBeCloseTo(lens?.output[0] as number, 5);
    expect(run(['learn', 'lens', 'fixtures/valid/no-tensors.gguf']).stdout).not.toContain('W, row');
  });

  it('lists the lessons where the name is unknown', () => {
    const { code, stderr } = run(['learn', 'lenses']);
    expect(code).toBe(2);
    expect(stderr).toContain('no-such-lesson');
    expect(stderr).toContain('weights, lens, lookup');
  });

  it('finds its model from any folder', () => {
    const { stdout, code } = run(['learn', 'weights'], { cwd: join(FIXTURES_FOLDER, '..', 'test') });
    expect(code).toBe(0);
    expect(stdout).toContain('gguf-explain tensors demo');
  });
});

describe('any lesson', () => {
  it('works with any model, says what is missing, and holds nothing that a terminal would act on', () => {
    const files = WHOLE.map((path) => join('fixtures', path.slice(FIXTURES_FOLDER.length + 1)));
    // Flawed files differ in one detail each, so the lesson that reads data is enough for them.
    const jobs = files.flatMap((path) =>
      (path.includes('flawed') ? ['lookup'] : IDS).map((id) => ({ args: ['learn', id, path] })),
    );
    const wrong = runAll(jobs).flatMap(({ stdout, stderr, code }, i) => {
      const at = `${basename(jobs[i]?.args[2] ?? '')} ${jobs[i]?.args[1]}`;
      if (stderr.includes('(not-a-language-model)')) return [];
      if (code !== 0 || stderr !== '') return [`${at}: ${stderr}`];
      const odd = /(?<!\\u)\{\w+\}|undefined|[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/.exec(stdout);
      return odd === null ? [] : [`${at}: ${odd[0]}`];
    });
    expect(wrong).toEqual([]);
  }, 120_000);
});
