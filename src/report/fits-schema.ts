/** The contract of one cell in the table of what fits: a model, as stored or as another file type, with a context of a given length. */

import { z } from 'zod';
import { DeviceSchema } from './placement-schema.js';

const count = z.int().min(0);
const bytes = z.int().min(0);

export const FitCellSchema = z.strictObject({
  contextLength: count,
  totalBytes: bytes.describe('weights, cache and compute buffers, on all devices together'),
  fits: z.boolean(),
  where: z
    .enum(['whole', 'experts', 'layers', 'none'])
    .describe(
      '"whole": completely on the cards, or in the budget; "experts", "layers": with some of these in system RAM; "none": does not fit',
    ),
  layers: z
    .strictObject({ onCards: count, all: count, partial: count })
    .optional()
    .describe('if cards were given; `partial`: layers on cards of which a part, mostly experts, stays in system RAM'),
});

/** The question (cards or a budget) and the best choice that fits. */
export const FitsSchema = z.strictObject({
  contextLengths: z.array(count),
  devices: z.array(DeviceSchema).optional(),
  ramBytes: bytes.nullable().optional().describe('null if not given'),
  marginBytes: bytes.optional().describe('bytes that stay free on each card'),
  budget: bytes.optional().describe('upper limit for everything together'),
  best: z
    .strictObject({
      name: z.string().describe('a file type, or the path of a file'),
      contextLength: count,
      reason: z
        .enum(['whole', 'whole-shorter', 'partial', 'few-bits'])
        .describe(
          '"whole": the most bits that fit completely with the longest context; "whole-shorter": the same with a shorter context; "partial": the smallest of 4 bits or more, with a part in system RAM; "few-bits": the largest that fits at all',
        ),
    })
    .nullable(),
});

export type FitCell = z.infer<typeof FitCellSchema>;
export type Fits = z.infer<typeof FitsSchema>;
