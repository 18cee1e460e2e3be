/** A test that is skipped says what it needs, so that the summary of a run can count it (test/skipped-reporter.ts). */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_FOLDER } from '../cli/run.js';

const FOLDER = join(PROJECT_FOLDER, 'test');

/** A test that depends on the system needs no such words: it is about something that the other systems do not have. */
const BY_SYSTEM = /^process\.(platform|arch)\b/;

describe('tests that may be skipped', () => {
  it('say in their names what they need', () => {
    const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.test.ts'),
    );
    const silent = files.flatMap((path) => {
      const text = readFileSync(join(FOLDER, path), 'utf8');
      // The name follows the condition, in the same line or, where it is long, in the next two.
      return [...text.matchAll(/\.skipIf\((.*(?:\n.*){2})/g)].flatMap(([, after = '']) =>
        BY_SYSTEM.test(after) || after.includes('(needs ') ? [] : [`${path}: ${after}`],
      );
    });
    expect(silent).toEqual([]);
  });
});
