/** The contract of the statistics of a tensor's numbers, in all reports. Shapes only, as in schema.ts. */

import { z } from 'zod';
import { UNREADABLE, type Unreadable } from '../words/unreadable.js';

const count = z.int().min(0);
const number = z.number().nullable();

/** The summary of the scan of all data. */
export const ScanSummarySchema = z.strictObject({
  complete: z.boolean().describe('false if Ctrl-C stopped it early'),
  tensors: count.describe('tensors whose numbers were requested'),
  scanned: count.describe('tensors whose numbers were read'),
  bytes: count.describe('bytes of data that were read'),
  sampled: count.optional().describe('tensors of which only some blocks were read; absent if all were read completely'),
});

export const ValueStatisticsSchema = z.strictObject({
  count: count.describe('all numbers'),
  zeros: count,
  nans: count,
  infinities: count,
  min: number.describe('of the finite numbers, like all fields below; null if there are none'),
  max: number,
  mean: number,
  standardDeviation: number.describe('the root of the mean square distance from the mean'),
  rms: number.describe('the root of the mean square'),
  median: number.describe('accurate to 1/8 of a power of two'),
  outliers: count.describe(
    'numbers more than 6 standard deviations from the mean; this limit is accurate to 1/8 of a power of two',
  ),
  constant: z.boolean().describe('whether all numbers are finite and the same'),
  rows: z.strictObject({
    count,
    zero: count.describe('rows that are all zeros'),
    notFinite: count.describe('rows with a NaN or an infinity'),
    shortest: number.describe('length of the shortest finite row: √ of the sum of squares'),
    median: number.describe('of these lengths, accurate to 0.4 %'),
    longest: number,
  }),
  scales: z
    .strictObject({ blocks: count, zero: count, nan: count, infinite: count })
    .nullable()
    .describe('number of blocks, and of those whose scale is 0, NaN or infinite; null for types without scales'),
  outlying: z
    .strictObject({
      statistic: z.enum(['rms', 'largest']),
      value: z.number(),
      median: z.number().describe('of the same tensor in all layers'),
      layers: count,
    })
    .optional()
    .describe('if the layer differs strongly from the others'),
});

export const NotScannedSchema = z
  .enum(Object.keys(UNREADABLE) as [Unreadable])
  .describe('why the numbers were not read');

export type ScanSummary = z.infer<typeof ScanSummarySchema>;
export type ValueStatistics = z.infer<typeof ValueStatisticsSchema>;
