/** The contract of `attention`: how much each token of a prompt attends to the others, and what this is computed from. */

import { z } from 'zod';
import { FileSchema } from './schema.js';

const count = z.int().min(0);
const bytes = z.int().min(0);

export const PromptTokenSchema = z.strictObject({
  id: count,
  piece: z.string().nullable().describe('its text; null where the file has no vocabulary'),
});

/** The question, so that it can be asked again. */
export const PromptTextSchema = z
  .string()
  .optional()
  .describe('the text that was asked about; absent where token ids were given');

const triangle = z
  .array(z.array(z.number().nullable()))
  .describe(
    'by query and key: a row for each token, with a number for each token up to it, or for all of them where a token sees all or entries follow them; null: NaN',
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
  entries: z
    .strictObject({ count, tokens: count.describe('in a row, for which each of them stands') })
    .optional()
    .describe('what is seen beyond the window: their numbers follow those of all tokens in the rows'),
  sees: z.literal('all').optional().describe('a token sees the tokens after it too'),
  rotated: z.boolean().describe('whether query and key are turned by position (RoPE)'),
  input: SampleSchema.describe('X: the vectors of the tokens after the norm'),
  query: SampleSchema,
  key: SampleSchema,
  value: SampleSchema,
  output: SampleSchema.describe('the values, mixed by the shares'),
  scores: triangle.describe('query · key ÷ √d; null outside of a window'),
  shares: triangle.describe('their softmax: each row sums to 1, or to less where a sink takes a share'),
});

const mean = z.number().nullable();

const HeadPatternSchema = z
  .strictObject({
    first: mean.describe('mean attention weight on the first token'),
    previous: mean.describe('on the token before'),
    itself: mean.describe('on the token itself'),
    spread: mean.describe('tokens over which attention spreads: e to the entropy of a row; 1: one token gets all'),
  })
  .describe('means over the tokens from the third on (of two tokens over the second); null: NaN');

const LayerHeadsSchema = z.strictObject({
  layer: count,
  pass,
  heads: z
    .array(z.array(z.array(z.number().nullable())))
    .describe(
      '[head][query][key]: the attention weights; a query has one for each token up to it, or for all where it sees all',
    ),
});

const StateSchema = z.strictObject({
  layer: count,
  kind: z
    .enum([
      'mamba',
      'mamba-2',
      'short-convolution',
      'rwkv-6',
      'rwkv-7',
      'channel-mixing',
      'ngram-embedding',
      'delta-rule',
      'kimi-delta',
      'lightning',
    ])
    .describe('what the layer does instead of attention, or besides it'),
  parts: z
    .array(
      z.strictObject({
        kind: z
          .enum(['state', 'convolution', 'shift'])
          .describe('a matrix for each head, the last tokens before a short convolution, or the token before'),
        dimensions: z.array(count),
        numbers: count,
      }),
    )
    .describe('what it keeps from token to token'),
  numbers: count.describe('of all parts'),
  bytes: bytes.describe('of these, at 4 bytes each; the same for a text of any length'),
  heads: count.describe('that have a state each; 0: the layer only has a short convolution'),
  left: z
    .array(z.array(z.number().nullable()))
    .nullable()
    .describe(
      '[head][token]: how much of what the token put into the state is left after the last token, by fading only; null: nothing fades',
    ),
  halfLives: z
    .array(z.number().nullable())
    .nullable()
    .describe('for each head the tokens after which half has faded; null in it: nothing fades in these tokens'),
  lengths: z
    .array(z.number().nullable())
    .describe("how long each head's state is after the last token (√ of the sum of squares)"),
  overwrites: z.boolean().describe('whether tokens also replace what the state has for their key, so less may be left'),
});

export const AttentionReportSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    file: FileSchema,
    architecture: z.string(),
    layers: count.describe('of the model'),
    contextLength: count.nullable().describe('tokens that the model was trained for; null: the file does not state it'),
    prompt: PromptTextSchema,
    tokens: z.array(PromptTokenSchema),
    decoderTokens: z
      .array(PromptTokenSchema)
      .optional()
      .describe('what the decoder begins with, in a model of an encoder and a decoder'),
    attention: z.array(LayerHeadsSchema).describe('all layers, or the one of --layer'),
    patterns: z
      .array(z.strictObject({ layer: count, pass, heads: z.array(HeadPatternSchema) }))
      .optional()
      .describe('where each head looks, of the same layers; none for one token, absent where no heads were listed'),
    weights: z
      .strictObject({
        layer: bytes.describe('of all heads'),
        head: bytes
          .nullable()
          .describe('of the head of the figure; null: its part cannot be separated from the others'),
      })
      .optional()
      .describe('the query, key, value and output matrices of the figure; the same for every prompt'),
    other: z
      .strictObject({
        prompt: PromptTextSchema,
        tokens: z.array(PromptTokenSchema),
        attention: z.array(LayerHeadsSchema),
        figure: HeadFigureSchema,
      })
      .optional()
      .describe('the same head for the prompt of --with'),
    figure: HeadFigureSchema.nullable().describe('one head in full; null where the layer has no attention'),
    states: z
      .array(StateSchema)
      .optional()
      .describe('what layers without attention keep of the tokens: all layers, or the one of --layer; none: absent'),
    head: count.optional().describe('the head that was asked for, where the layer has no attention'),
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
      .describe('what was read for the layer of the figure; empty without one'),
    computed: z
      .array(z.strictObject({ kind: z.enum(['query', 'key', 'value', 'scores']), numbers: count, bytes }))
      .describe('what was computed for all heads of that layer, in numbers of 4 bytes'),
  })
  .describe('what `gguf-explain attention MODEL PROMPT --json` prints');

export type PromptToken = z.infer<typeof PromptTokenSchema>;
export type VectorSample = z.infer<typeof SampleSchema>;
export type HeadPattern = z.infer<typeof HeadPatternSchema>;
export type HeadFigure = z.infer<typeof HeadFigureSchema>;
export type LayerState = z.infer<typeof StateSchema>;
export type AttentionReport = z.infer<typeof AttentionReportSchema>;
