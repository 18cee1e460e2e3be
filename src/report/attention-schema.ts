/** The contract of `attention`: how much each token of a prompt looks at the others, and what that was computed from. */

import { z } from 'zod';
import { FileSchema } from './schema.js';

const count = z.int().min(0);
const bytes = z.int().min(0);

export const PromptTokenSchema = z.strictObject({
  id: count,
  piece: z.string().nullable().describe('its text; null where the file has no vocabulary'),
});

const triangle = z
  .array(z.array(z.number().nullable()))
  .describe(
    'by query and key: a row for each token, with as many numbers as there are tokens up to it, or with all of them where a token sees all; null: no number',
  );

export const SampleSchema = z.strictObject({
  length: count.describe('numbers of each vector'),
  first: z.array(z.array(z.number().nullable())).describe('for each token the first few of them'),
});

const pass = z
  .enum(['encoder', 'decoder', 'cross'])
  .optional()
  .describe('in a model of an encoder and a decoder; cross: the decoder looks at the encoder’s tokens');

const HeadFigureSchema = z.strictObject({
  layer: count,
  pass,
  head: count,
  keyHead: count.describe('the head of keys and values that it reads'),
  queryHeads: count,
  keyHeads: count,
  d: count.describe('length of its query and key; scores are divided by √d'),
  divisor: z.number().describe('what scores are divided by: √d but for few models'),
  cap: z.number().nullable().describe('scores are squeezed softly into ± this value'),
  window: count.nullable().describe('tokens that are seen, the own one among them; null: all'),
  sees: z.literal('all').optional().describe('a token sees those behind it too'),
  rotated: z.boolean().describe('whether query and key are turned by position (RoPE)'),
  input: SampleSchema.describe('X: the vectors of the tokens behind the norm'),
  query: SampleSchema,
  key: SampleSchema,
  value: SampleSchema,
  output: SampleSchema.describe('the values, mixed by the shares'),
  scores: triangle.describe('query · key ÷ √d; null outside of a window'),
  shares: triangle.describe('their softmax: each row sums to 1'),
});

export const AttentionReportSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    file: FileSchema,
    architecture: z.string(),
    layers: count.describe('of the model'),
    tokens: z.array(PromptTokenSchema),
    decoderTokens: z
      .array(PromptTokenSchema)
      .optional()
      .describe('what the decoder begins with, in a model of an encoder and a decoder'),
    attention: z
      .array(
        z.strictObject({
          layer: count,
          pass,
          heads: z
            .array(z.array(z.array(z.number().nullable())))
            .describe(
              '[head][query][key]: the shares; a query has as many as there are tokens up to it, or all where it sees all',
            ),
        }),
      )
      .describe('all layers, or the one of --layer'),
    figure: HeadFigureSchema.describe('one head in full'),
    stored: z
      .array(
        z.strictObject({
          tensor: z.string(),
          type: z.string(),
          length: count.describe('numbers of a row'),
          rows: count.describe('that were read'),
          ofRows: count.describe('that there are'),
          bytes: bytes.describe('of the rows that were read'),
        }),
      )
      .describe('what was read for the layer of the figure'),
    computed: z
      .array(z.strictObject({ kind: z.enum(['query', 'key', 'value', 'scores']), numbers: count, bytes }))
      .describe('what was computed for all heads of that layer, in numbers of 4 bytes'),
  })
  .describe('what `gguf-explain attention MODEL PROMPT --json` prints');

export type PromptToken = z.infer<typeof PromptTokenSchema>;
export type VectorSample = z.infer<typeof SampleSchema>;
export type HeadFigure = z.infer<typeof HeadFigureSchema>;
export type AttentionReport = z.infer<typeof AttentionReportSchema>;
