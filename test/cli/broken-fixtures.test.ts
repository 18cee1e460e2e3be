/** Every broken fixture, and every file of the reference, through every command of the built program: a sentence or an answer, never a crash. */

import { beforeAll, describe, expect, it } from 'vitest';
import { ErrorReportSchema } from '../../src/report/schema.js';
import { ggufFilesIn } from '../support/places.js';
import { HEADERS, VOCABULARIES_FOLDER } from '../support/reference.js';
import {
  codeOf,
  crashed,
  failed,
  fixtures,
  PATIENCE,
  type Ran,
  throughEveryCommand,
  told,
  unparsable,
} from './every-command.js';

describe('the broken fixtures', () => {
  let runs: Ran[];
  beforeAll(() => {
    runs = throughEveryCommand(fixtures('broken'));
  }, PATIENCE);

  it('end with 2 and the error of their name', () => {
    expect(runs.length).toBeGreaterThan(0);
    expect(crashed(runs)).toEqual([]);
    // What `check` says of a file is its product; of all other commands it is an error.
    const said = ({ args, stdout, stderr }: Ran) => (args[0] === 'check' ? stdout.replaceAll(/\s+/g, ' ') : stderr);
    const wrong = runs.filter((ran) => ran.code !== 2 || !said(ran).includes(`${codeOf(ran.path)} at byte `));
    expect(told(wrong)).toEqual([]);
  });

  it('print nothing but an error report, and that only where JSON is asked for', () => {
    for (const { args, path, stdout } of runs) {
      if (args[0] === 'check') continue;
      if (args.includes('--json')) {
        const { error } = ErrorReportSchema.parse(JSON.parse(stdout));
        expect(error).toMatchObject({ target: path, code: codeOf(path) });
      } else {
        expect(stdout, args.join(' ')).toBe('');
      }
    }
  });

  it('are told in a few lines', () => {
    expect(told(runs.filter(({ stderr }) => stderr.split('\n').length > 4 || stderr.length > 1000))).toEqual([]);
  });
});

describe('headers and vocabularies that llama.cpp wrote', () => {
  it(
    'go through',
    () => {
      const runs = throughEveryCommand([...HEADERS, ...ggufFilesIn(VOCABULARIES_FOLDER)]);
      expect(crashed(runs)).toEqual([]);
      expect(failed(runs)).toEqual([]);
      expect(unparsable(runs)).toEqual([]);
    },
    PATIENCE,
  );
});
