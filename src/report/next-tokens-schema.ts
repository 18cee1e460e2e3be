/** The contract of `flow` with a prompt: what the layers did to the last token's vector, and which tokens are likely next. */

import { z } from 'zod';
import { PromptTokenSchema, SampleSchema } from './attention-schema.js';
import { FileSchema } from './schema.js';

const count = z.int().min(0);
const length = z.number().nullable().describe('√ of the sum of the squares; null: no number');

export const NextTokensReportSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    file: FileSchema,
    architecture: z.string(),
    embeddingLength: count,
    vocabularySize: count.describe('scores that were computed'),
    tokens: z.array(PromptTokenSchema),
    rows: SampleSchema.describe('the vectors of the tokens as they come to the first layer'),
    layers: z
      .array(
        z.strictObject({
          layer: count,
          before: length.describe('of the last token’s vector as it comes in'),
          attention: length.describe(
            'of what attention, or a state in its place, adds to it; null as well where the layer has neither',
          ),
          feedForward: length.describe(
            'of what the feed-forward network or the experts add to it; null as well where the layer has none',
          ),
          after: length.describe('of the vector as it goes on'),
          experts: z
            .array(z.strictObject({ expert: count, weight: z.number().nullable() }))
            .optional()
            .describe('those that the last token goes through'),
        }),
      )
      .describe('of all layers'),
    next: z
      .array(
        z.strictObject({
          id: count,
          piece: z.string().nullable(),
          logit: z.number().nullable(),
          probability: z.number().nullable(),
        }),
      )
      .describe('the most likely tokens behind the last one, highest first'),
  })
  .describe('what `gguf-explain flow MODEL PROMPT --json` prints');

export type NextTokensReport = z.infer<typeof NextTokensReportSchema>;
