/** The report is the same however the bytes arrive: from a path, from memory, or in pieces. */

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { explain } from '../../src/index.js';
import type { ExplainReport } from '../../src/report/explain-schema.js';
import { pieces } from '../support/reading.js';
import { WHOLE } from './reports.js';

/** Findings that need to know where the file ends. */
const OF_THE_SIZE = new Set([
  'data-absent',
  'padding-absent',
  'end-padding-missing',
  'data-truncated',
  'surplus-bytes',
]);

/**
 * Files with type ids that two forks use. The room of a tensor shows which type is meant; for the last tensor, this needs the end of the
 * file.
 */
const TYPE_BY_ROOM = /^fork-tensor-type--/;

/** The parts that a report on a stream of unknown size has in common with the report on the file. */
function withoutSize(report: ExplainReport): unknown {
  const findings = report.findings.filter(({ code }) => !OF_THE_SIZE.has(code));
  // The size of an unknown type at the end of the data is bounded by the end of the file.
  const exact =
    report.tensors.every(({ bytesAre }) => bytesAre === 'exact') && !TYPE_BY_ROOM.test(basename(report.file.name));
  return exact
    ? { ...report, file: { ...report.file, size: null }, findings }
    : { model: report.model.architecture, names: report.tensors.map(({ name }) => name) };
}

describe('a report', () => {
  it('on bytes in memory equals that on the file', async () => {
    for (const path of WHOLE) {
      expect(await explain(readFileSync(path), { name: path }), basename(path)).toEqual(await explain(path));
    }
  });

  it('on bytes in pieces equals that on the file, except for the parts that depend on the size', async () => {
    for (const path of WHOLE) {
      const streamed = await explain(pieces(readFileSync(path), 777), { name: path });
      expect(streamed.file.size, basename(path)).toBeNull();
      expect(withoutSize(streamed), basename(path)).toEqual(withoutSize(await explain(path)));
    }
  });

  it('calls an input without a path a model, or by the given name', async () => {
    const bytes = readFileSync(WHOLE[0] as string);
    expect((await explain(bytes)).file.name).toBe('model');
    expect((await explain(bytes, { name: 'my model' })).file.name).toBe('my model');
  });
});
