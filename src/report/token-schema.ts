/** The contract of `token`: how a text is split into tokens, and the row of each in the embedding table. Shapes only, as in schema.ts. */

import { z } from 'zod';
import { FileSchema } from './schema.js';
import { StoredNumberSchema } from './tensor-values-schema.js';
import { NotScannedSchema } from './values-schema.js';

const count = z.int().min(0);

export const TokenSchema = z.strictObject({
  id: count,
  piece: z.string().nullable().describe('its text; null if the file has no vocabulary'),
  stored: z.string().nullable().describe('as stored in the file: ▁Hello, Ġhello'),
  kind: z.enum(['normal', 'unknown', 'control', 'user-defined', 'unused', 'byte']).nullable(),
});

const NeighborSchema = TokenSchema.extend({
  similarity: z.number().describe('the cosine of the angle between the rows: 1 for the same direction'),
});

export const TokenRowSchema = z.strictObject({
  id: count.describe('of the token, which is the number of its row'),
  offset: count.describe('of the first byte of the row in the file, or in the shard that the table is in'),
  shard: count.optional(),
  bytes: count,
  length: z.number().nullable().describe('√ of the sum of squares; null if it is not finite'),
  values: z.array(StoredNumberSchema),
  nearest: z
    .array(NeighborSchema)
    .nullable()
    .describe('the rows with the most similar direction; null if the whole table was not read'),
});

export const TokenReportSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    file: FileSchema,
    asked: z.string().describe('what was typed'),
    readAs: z.enum(['text', 'id']),
    tokenizer: z
      .strictObject({ model: z.string(), pre: z.string(), tokens: count })
      .nullable()
      .describe('null if the file has no vocabulary'),
    tokens: z.array(TokenSchema).describe('no special tokens are added'),
    table: z
      .strictObject({ name: z.string(), type: z.string(), rows: count, length: count, bytesPerRow: count.nullable() })
      .nullable()
      .describe('the embedding table; null if the file has none'),
    traced: z.boolean().describe('whether `flow` and `attention` can compute with models of this architecture'),
    rows: z.array(TokenRowSchema).describe('of the first few different tokens'),
    rowsLeft: count.describe('different tokens whose rows are not listed, or that have no row'),
    rowsUnread: z
      .enum(['stream', 'not-wanted', 'too-long', ...NotScannedSchema.options])
      .optional()
      .describe('why no row was read'),
    nearestUnread: z
      .enum(['far-away', 'not-wanted'])
      .optional()
      .describe('why the whole table was not read: it would have to be downloaded, or --nearest 0'),
  })
  .describe('what `gguf-explain token MODEL TEXT --json` prints');

export type TokenEntry = z.infer<typeof TokenSchema>;
export type TokenRow = z.infer<typeof TokenRowSchema>;
export type TokenReport = z.infer<typeof TokenReportSchema>;
