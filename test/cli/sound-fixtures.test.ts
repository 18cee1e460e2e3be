/** Every sound and every flawed fixture through every command of the built program: an answer each, never a crash. */

import { beforeAll, describe, expect, it } from 'vitest';
import {
  codeOf,
  crashed,
  failed,
  fixtures,
  NEED_A_MODEL_BESIDE,
  PATIENCE,
  type Ran,
  throughEveryCommand,
  told,
  unparsable,
} from './every-command.js';

describe.each(['valid', 'flawed'])('the %s fixtures', (folder) => {
  let runs: Ran[];
  beforeAll(() => {
    runs = throughEveryCommand(fixtures(folder));
  }, PATIENCE);

  it('go through', () => {
    expect(runs.length).toBeGreaterThan(0);
    expect(crashed(runs)).toEqual([]);
    expect(failed(runs)).toEqual([]);
  });

  it('give JSON where it is asked for', () => {
    expect(unparsable(runs)).toEqual([]);
  });

  it.runIf(folder === 'flawed')('have the finding of their name, in the JSON and on the page', () => {
    const checks = runs.filter(({ args, path }) => args[0] === 'check' && !NEED_A_MODEL_BESIDE.test(path));
    const [reports, pages] = [true, false].map((json) =>
      checks.filter(({ args }) => args.includes('--json') === json),
    ) as [Ran[], Ran[]];
    const withoutFinding = reports.filter(({ path, stdout }) => {
      const { files } = JSON.parse(stdout) as { files: { findings: { code: string }[] }[] };
      return !files[0]?.findings.some(({ code }) => code === codeOf(path));
    });
    expect(told(withoutFinding)).toEqual([]);
    expect(told(pages.filter(({ path, stdout }) => !stdout.includes(` ${codeOf(path)}: `)))).toEqual([]);
  });
});
