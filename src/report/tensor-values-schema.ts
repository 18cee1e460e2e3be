/** The contract of the numbers in the report of `tensor`, for a row of tensors. Shapes only, as in schema.ts. */

import { z } from 'zod';
import { ValueStatisticsSchema } from './values-schema.js';

const count = z.int().min(0);

export const StoredNumberSchema = z
  .union([z.number(), z.string()])
  .describe('NaN and infinities as strings; 64-bit integers beyond 2^53 as decimal strings');

export const HistogramSchema = z.strictObject({
  min: z.number().describe('where the first bin begins: the smallest finite number'),
  max: z.number().describe('where the last one ends: the largest'),
  counts: z.array(count).describe('numbers in bins of equal width, without those that are not finite'),
});

export const BlockSchema = z.strictObject({
  tensor: z.string(),
  offset: count.describe('of its first byte in the file, or in the shard that the tensor is in'),
  type: z.string(),
  elements: count,
  bytes: z.string().describe('in hexadecimal, in the order of the file'),
  fields: z
    .array(
      z.strictObject({
        name: z.string(),
        offset: count.describe('from the start of the block'),
        bytes: z.string(),
        meaning: z.string(),
        values: z.array(StoredNumberSchema).describe('its items as they are stored'),
      }),
    )
    .describe('in the order of their bytes'),
  parts: z
    .array(
      z.strictObject({
        name: z.string(),
        each: z.number().describe('how many numbers of the block share one'),
        values: z.array(StoredNumberSchema),
      }),
    )
    .describe('the fields, unpacked; empty if a block is one plain number'),
  formula: z.string().nullable().describe('with the names of the parts'),
  examples: z.array(z.strictObject({ index: count, computation: z.string(), value: StoredNumberSchema })),
  values: z.array(StoredNumberSchema).describe('all numbers of the block'),
});

export const SliceSchema = z.strictObject({
  tensor: z.string(),
  ranges: z
    .array(z.strictObject({ from: count, to: count.describe('the first index after the range') }))
    .describe("in PyTorch's order: rows before columns"),
  shape: z.array(count).describe('in the same order'),
  values: z.array(StoredNumberSchema).describe('row by row'),
});

export const TensorValuesSchema = z.strictObject({
  read: count.describe('tensors of the row whose numbers were read'),
  bytes: count.describe('of their data'),
  statistics: ValueStatisticsSchema.nullable().describe('of all their numbers'),
  histogram: HistogramSchema.nullable(),
  first: z
    .strictObject({ tensor: z.string(), values: z.array(StoredNumberSchema) })
    .nullable()
    .describe('the first numbers'),
  block: BlockSchema.nullable().describe('the first block, explained'),
});

export type Histogram = z.infer<typeof HistogramSchema>;
export type BlockReport = z.infer<typeof BlockSchema>;
export type SliceReport = z.infer<typeof SliceSchema>;
export type TensorValues = z.infer<typeof TensorValuesSchema>;
