/** The contract of the statistics of a tensor's numbers, in all reports. Shapes only, as in schema.ts. */

import { z } from 'zod';
import { UNREADABLE, type Unreadable } from '../words/unreadable.js';

const count = z.int().min(0);
const number = z.number().nullable();

/** The summary of the scan of all data. */
export const ScanSummarySchema = z.strictObject({
  complete: z.boolean().describe('false where Ctrl-C ended it early'),
  tensors: count.describe('tensors that were asked for'),
  scanned: count.describe('tensors whose numbers were read'),
  bytes: count.describe('of data that were read'),
  sampled: count.optional().describe('tensors of which only some blocks were read; left out where all of each was'),
});

export const ValueStatisticsSchema = z.strictObject({
  count: count.describe('all numbers'),
  zeros: count,
  nans: count,
  infinities: count,
  min: number.describe('of the finite numbers, like all fields below; null where there are none'),
  max: number,
  mean: number,
  standardDeviation: number.describe('the root of the mean square distance from the mean'),
  rms: number.describe('the root of the mean square'),
  median: number.describe('right to 1/8 of a power of two'),
  outliers: count.describe(
    'numbers further than 6 standard deviations from the mean, right to 1/8 of a power of two there',
  ),
  constant: z.boolean().describe('all numbers are finite and the same'),
  rows: z.strictObject({
    count,
    zero: count.describe('rows of nothing but zeros'),
    notFinite: count.describe('rows with a NaN or an infinity'),
    shortest: number.describe('lengths of the finite rows: the root of the sum of squares'),
    median: number.describe('right within 0.4 %'),
    longest: number,
  }),
  scales: z
    .strictObject({ blocks: count, zero: count, nan: count, infinite: count })
    .nullable()
    .describe('blocks by what is wrong with their scale; null for types without scales'),
  outlying: z
    .strictObject({
      statistic: z.enum(['rms', 'largest']),
      value: z.number(),
      median: z.number().describe('of the same tensor in all layers'),
      layers: count,
    })
    .optional()
    .describe('where the layer is far from what the others have'),
});

export const NotScannedSchema = z
  .enum(Object.keys(UNREADABLE) as [Unreadable])
  .describe('why the numbers were not read');

export type ScanSummary = z.infer<typeof ScanSummarySchema>;
export type ValueStatistics = z.infer<typeof ValueStatisticsSchema>;
