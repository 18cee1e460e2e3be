/** The rules of the group `data`: what each finds in its fixtures, and the honest numbers that no rule reports. */

import { describe, expect, it } from 'vitest';
import type { CheckedStatistics } from '../../src/checks/data/define-value-check.js';
import { judgeValues, VALUE_RULES } from '../../src/checks/data/rules.js';
import type { Finding } from '../../src/gguf/finding.js';
import { interpret, type Model } from '../../src/model/model.js';
import { ALL_FINDINGS } from '../../src/policy/all-findings.js';
import { findingEntry } from '../../src/report/finding-entry.js';
import { modelValues } from '../../src/tensor-data/model-values.js';
import { FLAWED_DATA } from '../support/fixtures/flawed-data.js';
import { tensor, text, writeGguf } from '../support/gguf-writer.js';
import { read } from '../support/reading.js';

/** The findings about the numbers of a file, which is read from memory. */
async function judged(bytes: Buffer): Promise<Finding[]> {
  const model = interpret(read(bytes));
  const source = {
    read: async (target: Uint8Array, position: number) => bytes.copy(target, 0, position, position + target.length),
    close: async () => undefined,
  };
  return judgeValues(model, await modelValues(model.file, { paths: null, source }));
}

describe('the fixtures', () => {
  it.each(FLAWED_DATA)('$name', async ({ bytes, findings }) => {
    const found = await judged(bytes);
    expect(found.map(({ code }) => code)).toEqual(findings.filter((code) => ALL_FINDINGS.get(code)?.group === 'data'));
    for (const finding of found) {
      expect(finding.place.offset).toBeGreaterThan(0);
      const { message, hint = '' } = findingEntry(finding);
      expect(message + hint).not.toMatch(/[{}]|\?|undefined|NaN among 0/);
    }
  });

  it('exist for each rule', () => {
    expect([...new Set(FLAWED_DATA.map(({ findings }) => findings[0] as string))].sort()).toEqual(
      VALUE_RULES.map(({ code }) => code as string).sort(),
    );
  });
});

const FINE: CheckedStatistics = {
  ...{ count: 64, zeros: 0, nans: 0, infinities: 0, min: -1, max: 1, rms: 0.5, constant: false },
  ...{ rows: { count: 8, zero: 0, median: null }, scales: null },
};

/** A model with one matrix in each layer, with the given statistics. */
function layersWith(rms: readonly number[]): { model: Model; statistics: CheckedStatistics[] } {
  const tensors = rms.map((_, layer) => tensor(`blk.${layer}.ffn_down.weight`, [8, 8]));
  const model = interpret(read(writeGguf({ metadata: [text('general.architecture', 'llama')], tensors })));
  return { model, statistics: rms.map((one) => ({ ...FINE, rms: one })) };
}

const outlying = (rms: readonly number[]) => {
  const { model, statistics } = layersWith(rms);
  return judgeValues(model, { statistics, left: new Map(), faults: [], empty: [] }).map(({ place }) => place.tensor);
};

describe('layers', () => {
  it('stand out by the median distance of all from their median', () => {
    expect(outlying([1, 1.1, 0.9, 1, 4])).toEqual(['blk.4.ffn_down.weight']);
    expect(outlying([1, 1.1, 0.9, 1, 0.2])).toEqual(['blk.4.ffn_down.weight']);
    expect(outlying([1, 1, 1, 1, 1, 1.9])).toEqual([]);
    expect(outlying([1, 1, 1, 1, 1, 2.1])).toEqual(['blk.5.ffn_down.weight']);
  });

  it('do not stand out where all differ, where they are few, and where some have only zeros', () => {
    expect(outlying([1, 2, 4, 8, 16, 32])).toEqual([]);
    expect(outlying([1, 1, 1, 9])).toEqual([]);
    expect(outlying([0, 1, 1, 1, 1, 1])).toEqual([]);
  });
});

describe('a norm of zeros', () => {
  it('is less grave than a matrix of zeros', () => {
    const zeros = { ...FINE, zeros: 64, min: 0, max: 0, rms: 0, constant: true };
    const tensors = [tensor('output_norm.weight', [64]), tensor('output.weight', [8, 8])];
    const model = interpret(read(writeGguf({ tensors })));
    const found = judgeValues(model, { statistics: [zeros, zeros], left: new Map(), faults: [], empty: [] });
    expect(found.map(({ code, level }) => [code, level])).toEqual([
      ['zero-tensor', 'advice'],
      ['zero-tensor', 'warning'],
    ]);
  });
});
