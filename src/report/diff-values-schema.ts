/** The contract of what `diff --values` finds: how far the numbers of two models are from each other. Shapes only. */

import { z } from 'zod';
import { NotScannedSchema } from './values-schema.js';

const count = z.int().min(0);
const error = z
  .number()
  .nullable()
  .describe(
    'the root of the mean square of the difference in times of that of the first file; null where all numbers there are 0',
  );

export const DiffValuesSchema = z.strictObject({
  complete: z.boolean().describe('false where Ctrl-C ended it early'),
  bytes: count.describe('of both files that were read'),
  relativeError: error.describe('of all numbers that were compared'),
  same: count.describe('tensors whose numbers are all the same'),
  tensors: z
    .array(
      z.strictObject({
        name: z.string(),
        role: z.string(),
        component: z.string(),
        layer: count.nullable(),
        before: z.string().describe('ggml type'),
        after: z.string(),
        parameters: count,
        relativeError: error,
        rms: z.number().describe('of the first file'),
        errorRms: z.number().describe('of the difference'),
        largest: z.number().describe('the largest difference'),
        differing: count.describe('numbers that are not the same'),
        notFinite: count.describe('numbers that are NaN or infinite in one of both and other ones there; in no error'),
      }),
    )
    .describe('all that were compared, in the order of the first file'),
  roles: z
    .array(
      z.strictObject({
        role: z.string(),
        component: z.string(),
        title: z.string(),
        tensors: count,
        relativeError: error,
        worst: z.string().describe('the tensor with the largest relative error'),
      }),
    )
    .describe('in the order of their first tensor'),
  notCompared: z.array(
    z.strictObject({
      name: z.string(),
      why: z.union([NotScannedSchema, z.enum(['reshaped', 'added', 'removed'])]),
    }),
  ),
});

export type DiffValues = z.infer<typeof DiffValuesSchema>;
export type DiffValuesTensor = DiffValues['tensors'][number];
