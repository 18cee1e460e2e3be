/** The contract of one cell in the table of what fits: a model, as stored or as another file type, with a context of a given length. */

import { z } from 'zod';
import { DeviceSchema } from './placement-schema.js';

const count = z.int().min(0);
const bytes = z.int().min(0);

export const FitCellSchema = z.strictObject({
  contextLength: count,
  totalBytes: bytes.describe('weights, cache and compute buffers, wherever they are'),
  fits: z.boolean(),
  where: z
    .enum(['whole', 'experts', 'layers', 'none'])
    .describe(
      '"whole": on the cards, or in the budget; "experts", "layers": with a part in system RAM; "none": it does not fit',
    ),
  layers: z
    .strictObject({ onCards: count, all: count, partial: count })
    .optional()
    .describe('where cards were asked about; of those that are partial a part, mostly experts, stays in system RAM'),
});

/** The question (cards or a budget) and the best choice that fits. */
export const FitsSchema = z.strictObject({
  contextLengths: z.array(count),
  devices: z.array(DeviceSchema).optional(),
  ramBytes: bytes.nullable().optional().describe('null where it was not given'),
  marginBytes: bytes.optional().describe('that stay free on each card'),
  budget: bytes.optional().describe('that all together may take'),
  best: z
    .strictObject({
      name: z.string().describe('a file type, or the path of a file'),
      contextLength: count,
      reason: z
        .enum(['whole', 'whole-shorter', 'partial', 'few-bits'])
        .describe(
          '"whole": the most bits that fit whole with the longest context; "whole-shorter": with a shorter one; "partial": the smallest of 4 bits or more, with a part in system RAM; "few-bits": the largest that fits at all',
        ),
    })
    .nullable(),
});

export type FitCell = z.infer<typeof FitCellSchema>;
export type Fits = z.infer<typeof FitsSchema>;
