/** The contract of `diff --values`: how much the numbers of two models differ. Shapes only. */

import { z } from 'zod';
import { NotScannedSchema } from './values-schema.js';

const count = z.int().min(0);
const error = z
  .number()
  .nullable()
  .describe('RMS of the difference ÷ RMS of the numbers in the first file; null if all numbers there are 0');

export const DiffValuesSchema = z.strictObject({
  complete: z.boolean().describe('false if Ctrl-C stopped it early'),
  bytes: count.describe('bytes that were read, of both files'),
  relativeError: error.describe('over all numbers that were compared'),
  same: count.describe('tensors whose numbers are the same in both files'),
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
        differing: count.describe('numbers that differ'),
        notFinite: count.describe('numbers that differ and are NaN or infinite in a file; no error includes them'),
        usual: z
          .strictObject({ least: z.number(), most: z.number() })
          .nullable()
          .describe('the relative errors that quantizing from one type to the other usually causes'),
        cause: z
          .enum(['none', 'quantization', 'other'])
          .describe('of the difference; "other": more than quantization explains, so other weights or damage'),
      }),
    )
    .describe('all tensors that were compared, in the order of the first file'),
  roles: z
    .array(
      z.strictObject({
        role: z.string(),
        component: z.string(),
        title: z.string(),
        tensors: count,
        differing: count.describe('tensors with numbers that differ'),
        notFinite: count.describe('tensors with numbers that differ and are NaN or infinite in a file'),
        relativeError: error,
        worst: z
          .string()
          .describe(
            'the tensor that differs most: one with NaN or infinite numbers, otherwise the one with the largest relative error',
          ),
      }),
    )
    .describe('in the order of their first tensor'),
  gate: z
    .strictObject({
      maxError: z.number().describe('the largest relative error that is allowed, as a share: 0.08 is 8 %'),
      within: z.boolean().describe('whether all tensors were compared and none exceeds it'),
      beyond: z.array(z.string()).describe('tensors with a larger error, or with NaN or infinite numbers'),
    })
    .optional()
    .describe('with --max-error'),
  notCompared: z.array(
    z.strictObject({
      name: z.string(),
      why: z.union([NotScannedSchema, z.enum(['reshaped', 'added', 'removed'])]),
    }),
  ),
});

export type DiffValues = z.infer<typeof DiffValuesSchema>;
export type DiffValuesTensor = DiffValues['tensors'][number];
