/** Totals, groups, folded rows and other formats are sums over the same tensors, so all ways of adding must agree. */

import { basename } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ExplainReport } from '../../src/report/explain-schema.js';
import type { TensorEntry } from '../../src/report/schema.js';
import { HEADERS } from '../support/reference.js';
import { type Reports, reportsOn, WHOLE } from './reports.js';

interface Sum {
  tensors: number;
  parameters: number;
  bytes: number;
}

const sumOf = (tensors: readonly TensorEntry[]): Sum => ({
  tensors: tensors.length,
  parameters: tensors.reduce((sum, { parameters }) => sum + parameters, 0),
  bytes: tensors.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0),
});

const addUp = (sums: readonly Sum[]): Sum =>
  sums.reduce(
    (all, { tensors, parameters, bytes }) => ({
      tensors: all.tensors + tensors,
      parameters: all.parameters + parameters,
      bytes: all.bytes + bytes,
    }),
    { tensors: 0, parameters: 0, bytes: 0 },
  );

describe.each([
  { what: 'the fixtures', files: WHOLE },
  { what: 'the headers of many architectures', files: HEADERS },
])('in reports on $what', ({ files }) => {
  describe('', () => {
    let all: { name: string; reports: Reports }[];
    beforeAll(async () => {
      all = await Promise.all(files.map(async (path) => ({ name: basename(path), reports: await reportsOn(path) })));
    }, 60_000);

    const each = (check: (report: ExplainReport, name: string) => void) => {
      for (const { name, reports } of all) check(reports.explain, name);
    };

    it('the totals are those of the tensors', () => {
      each(({ totals, tensors, file }, name) => {
        expect(totals, name).toMatchObject(sumOf(tensors));
        expect(totals.tensors, name).toBe(file.tensorCount);
      });
    });

    it('roles, groups, types and components each add up to the totals', () => {
      each(({ totals, tensors }, name) => {
        const sum = sumOf(tensors);
        for (const by of ['byRole', 'byGroup', 'byType', 'byComponent'] as const) {
          expect(addUp(totals[by]), `${name} ${by}`).toEqual(sum);
        }
        for (const { role, ...rest } of totals.byRole) {
          expect(rest, `${name} ${role}`).toEqual(sumOf(tensors.filter((tensor) => tensor.role === role)));
        }
        for (const { type, ...rest } of totals.byType) {
          expect(rest, `${name} ${type}`).toEqual(sumOf(tensors.filter((tensor) => tensor.type === type)));
        }
      });
    });

    it('layers add up to the tensors that are in a layer, in order', () => {
      each(({ totals, tensors }, name) => {
        expect(addUp(totals.byLayer), name).toEqual(sumOf(tensors.filter(({ layer }) => layer !== null)));
        const layers = totals.byLayer.map(({ layer }) => layer);
        expect(layers, name).toEqual([...layers].sort((a, b) => a - b));
      });
    });

    it('the stored parts add up to the totals', () => {
      each(({ totals, stored }, name) => {
        const { tensors, parameters, bytes } = totals;
        expect(addUp(stored), name).toEqual({ tensors, parameters, bytes });
        for (const row of stored) {
          expect(
            row.types.reduce((sum, { count }) => sum + count, 0),
            `${name} ${row.role}`,
          ).toBe(row.tensors);
        }
      });
    });

    it('folded rows add up to the tensors, and their types to the rows', () => {
      for (const { name, reports } of all) {
        const { tensors, folded, selection } = reports.tensors;
        const rows = folded.map(({ count, parameters, bytes }) => ({ tensors: count, parameters, bytes }));
        expect(addUp(rows), name).toEqual(sumOf(tensors));
        expect(selection, name).toEqual({
          shown: tensors.length,
          all: tensors.length,
          parameters: sumOf(tensors).parameters,
          bytes: sumOf(tensors).bytes,
        });
        for (const row of folded) {
          expect(
            row.types.reduce((sum, { count }) => sum + count, 0),
            `${name} ${row.name}`,
          ).toBe(row.count);
        }
      }
    });

    it('rows of the command tensor hold the tensors that they fold', () => {
      for (const { name, reports } of all) {
        expect(reports.tensor.rows.map(({ row }) => row).sort(byName), name).toEqual(
          [...reports.tensors.folded].sort(byName),
        );
        for (const { row, tensors } of reports.tensor.rows) {
          expect({ tensors: row.count, parameters: row.parameters, bytes: row.bytes }, name).toEqual(sumOf(tensors));
        }
        const shares = reports.tensor.rows.reduce((sum, { shareOfBytes }) => sum + shareOfBytes, 0);
        expect(shares, name).toBeCloseTo(reports.explain.totals.bytes === 0 ? 0 : 1, 9);
      }
    });

    it('the bytes of a tensor are those of its elements, and all are inside the data', () => {
      each(({ tensors, file }, name) => {
        for (const { parameters, shape, bytes, bytesAre, offset } of tensors) {
          expect(parameters, name).toBe(shape.ggml.reduce((product, size) => product * size, 1));
          expect(bytes === null, name).toBe(bytesAre === 'unknown');
          expect(offset, name).toBeGreaterThanOrEqual(file.dataStart);
        }
      });
    });

    it('bits per weight are over the tensors whose size is exact', () => {
      each(({ totals, tensors }, name) => {
        const { parameters, bytes } = sumOf(tensors.filter(({ bytesAre }) => bytesAre === 'exact'));
        if (parameters === 0) expect(totals.bitsPerWeight, name).toBeNull();
        else expect(totals.bitsPerWeight, name).toBeCloseTo((bytes * 8) / parameters, 9);
      });
    });

    it('other formats go from the largest to the smallest, and the one of the file has its size', () => {
      each(({ formats, totals, model }, name) => {
        if (totals.parameters === 0 || model.kind !== 'model') return expect(formats, name).toEqual([]);
        const bytes = formats.map((format) => format.bytes);
        expect(bytes, name).toEqual([...bytes].sort((one, other) => other - one));
        const current = formats.filter((format) => format.current);
        expect(current.length, name).toBeLessThanOrEqual(1);
        for (const own of current) expect(own.bytes, name).toBe(totals.bytes);
        expect(new Set(formats.map(({ fileType }) => fileType)).size, name).toBe(formats.length);
      });
    });

    it('other formats have the sizes that the sizes report has for them', () => {
      for (const { name, reports } of all) {
        const sizes = new Map(reports.sizes.sizes.map(({ fileType, tensorBytes }) => [fileType, tensorBytes]));
        for (const { fileType, bytes, current } of reports.explain.formats) {
          if (!current && sizes.has(fileType)) expect(bytes, `${name} ${fileType}`).toBe(sizes.get(fileType));
        }
      }
    });

    it('a mixture of experts has dense and routed parameters, and a token uses more than the dense ones', () => {
      each(({ totals: { experts, parameters } }, name) => {
        if (experts === null) return;
        const { routedParameters, denseParameters, activeParameters, expertCount, expertUsedCount } = experts;
        expect(routedParameters + denseParameters, name).toBe(parameters);
        const share = (routedParameters * expertUsedCount) / expertCount;
        expect(activeParameters, name).toBe(denseParameters + Math.round(share));
      });
    });
  });
});

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : Number(a.name > b.name);
}
