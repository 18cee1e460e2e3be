/**
 * The contract of the story in `explain --full`: numbers that were read from the file, and the attention of the prompt in `example`. The
 * HTML page shows it. Shapes only, as in schema.ts.
 */

import { z } from 'zod';
import { AttentionReportSchema } from './attention-schema.js';
import { BlockSchema, StoredNumberSchema } from './tensor-values-schema.js';
import { TokenSchema } from './token-schema.js';

const count = z.int().min(0);
const vectors = z.array(z.array(z.number().nullable()));

const TokenRowSchema = z.strictObject({
  token: TokenSchema,
  table: z.strictObject({ name: z.string(), type: z.string(), rows: count, length: count }),
  offset: count.describe('of the first byte of the row in the file, or in the shard that the table is in'),
  bytes: count,
  first: z.array(StoredNumberSchema).describe('the first numbers of the row'),
  nearest: z
    .array(z.strictObject({ id: count, piece: z.string().nullable(), similarity: z.number() }))
    .describe('the rows with the most similar direction; empty if the whole table was not read'),
});

const HeadNumbersSchema = z.strictObject({
  head: count,
  keyHead: count,
  query: vectors.describe('the first few elements, for each token'),
  key: vectors,
  value: vectors,
  output: vectors,
  scores: vectors.describe('by query and key; null outside of the window'),
});

export const StorySchema = z.strictObject({
  row: TokenRowSchema.optional().describe('the row of one token of the prompt in the embedding table'),
  block: BlockSchema.optional().describe('the first block of a matrix, taken apart'),
  computed: z
    .strictObject({
      attention: AttentionReportSchema.omit({ schemaVersion: true, file: true, prompt: true, tokens: true })
        .nullable()
        .describe(
          'one head in full, and the attention weights of all heads to three decimals: for all layers, or for every nth layer of a deep model or with a long prompt',
        ),
      heads: z
        .array(HeadNumbersSchema)
        .describe('the numbers of all heads in the layer of the figure, to four digits; empty if there are too many'),
    })
    .optional()
    .describe('of the prompt in `example`'),
  notComputed: z.string().optional().describe('why no prompt was computed'),
});

export type Story = z.infer<typeof StorySchema>;
export type StoryRow = z.infer<typeof TokenRowSchema>;
export type ComputedStory = NonNullable<Story['computed']>;
export type HeadNumbers = z.infer<typeof HeadNumbersSchema>;
