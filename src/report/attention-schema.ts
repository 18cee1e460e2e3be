/** The contract of `attention`: how much each token of a prompt attends to the others, and what this is computed from. */

import { z } from 'zod';
import { FileSchema } from './schema.js';

const count = z.int().min(0);
const bytes = z.int().min(0);

export const PromptTokenSchema = z.strictObject({
  id: count,
  piece: z.string().nullable().describe('its text; null if the file has no vocabulary'),
});

/** The question, so that it can be asked again. */
export const PromptTextSchema = z
  .string()
  .optional()
  .describe('the text of the prompt; absent if token ids were given');

const triangle = z
  .array(z.array(z.number().nullable()))
  .describe(
    'by query and key: a row for each token, with a number for every token up to it (for all tokens if it sees all, or if numbers for `entries` follow); null: NaN',
  );

export const SampleSchema = z.strictObject({
  length: count.describe('elements of each vector'),
  first: z.array(z.array(z.number().nullable())).describe('the first few elements, for each token'),
});

const pass = z
  .enum(['encoder', 'decoder', 'cross'])
  .optional()
  .describe('in an encoder-decoder model; cross: the decoder attends to the encoder’s tokens');

const HeadFigureSchema = z.strictObject({
  layer: count,
  pass,
  head: count,
  keyHead: count.describe('the key/value head that it reads'),
  queryHeads: count,
  keyHeads: count,
  d: count.describe('length of its query and key'),
  divisor: z.number().describe('scores are divided by this; √d in nearly all models'),
  cap: z.number().nullable().describe('scores are softly capped at ± this value; null: no cap'),
  window: count.nullable().describe('tokens that a token sees, itself included; null: all'),
  entries: z
    .strictObject({ count, tokens: count.describe('consecutive tokens that each entry represents') })
    .optional()
    .describe('entries that are seen beyond the window; in each row, their numbers follow those of all tokens'),
  sees: z.literal('all').optional().describe('a token also sees the tokens after it'),
  rotated: z.boolean().describe('whether query and key are rotated by position (RoPE)'),
  input: SampleSchema.describe('X: the vectors of the tokens after the norm'),
  query: SampleSchema,
  key: SampleSchema,
  value: SampleSchema,
  output: SampleSchema.describe('the values, mixed by the attention weights (`shares`)'),
  scores: triangle.describe('query · key ÷ √d; null outside of the window'),
  shares: triangle.describe(
    'the attention weights: the softmax of the scores; each row sums to 1, or to less if a sink takes a share',
  ),
});

const mean = z.number().nullable();

const HeadPatternSchema = z
  .strictObject({
    first: mean.describe('mean attention weight on the first token'),
    previous: mean.describe('on the token before'),
    itself: mean.describe('on the token itself'),
    spread: mean.describe(
      'number of tokens that attention spreads over: e to the power of the entropy of a row; 1: one token gets everything',
    ),
  })
  .describe('means over the tokens from the third on (with two tokens: the second); null: NaN');

const LayerHeadsSchema = z.strictObject({
  layer: count,
  pass,
  heads: z
    .array(z.array(z.array(z.number().nullable())))
    .describe(
      '[head][query][key]: the attention weights; a query has one for each token up to it, or for all tokens if it sees all',
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
    .describe('what the layer does instead of attention, or in addition to it'),
  parts: z
    .array(
      z.strictObject({
        kind: z
          .enum(['state', 'convolution', 'shift'])
          .describe(
            '"state": a matrix for each head; "convolution": the last tokens before a short convolution; "shift": the token before',
          ),
        dimensions: z.array(count),
        numbers: count,
      }),
    )
    .describe('what it keeps from token to token'),
  numbers: count.describe('of all parts'),
  bytes: bytes.describe('of these, at 4 bytes each; the same for a text of any length'),
  heads: count.describe('heads with a state; 0: the layer only has a short convolution'),
  left: z
    .array(z.array(z.number().nullable()))
    .nullable()
    .describe(
      '[head][token]: the share of what the token wrote into the state that is left after the last token, if only fading counts; null: nothing fades',
    ),
  halfLives: z
    .array(z.number().nullable())
    .nullable()
    .describe(
      'for each head, the number of tokens after which half has faded; a null item: nothing fades within these tokens',
    ),
  lengths: z
    .array(z.number().nullable())
    .describe("length of each head's state after the last token (√ of the sum of squares)"),
  overwrites: z
    .boolean()
    .describe('whether tokens also replace what the state contains for their key, so that less may be left'),
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
      .describe('the tokens that the decoder starts with, in an encoder-decoder model'),
    attention: z.array(LayerHeadsSchema).describe('all layers, or only that of --layer'),
    patterns: z
      .array(z.strictObject({ layer: count, pass, heads: z.array(HeadPatternSchema) }))
      .optional()
      .describe('where each head looks, for the same layers; empty for a single token, absent if no heads were listed'),
    weights: z
      .strictObject({
        layer: bytes.describe('of all heads'),
        head: bytes.nullable().describe('of the head in `figure`; null: its part cannot be separated from the others'),
      })
      .optional()
      .describe('the query, key, value and output matrices of the layer in `figure`; the same for every prompt'),
    other: z
      .strictObject({
        prompt: PromptTextSchema,
        tokens: z.array(PromptTokenSchema),
        attention: z.array(LayerHeadsSchema),
        figure: HeadFigureSchema,
      })
      .optional()
      .describe('the same head for the prompt of --with'),
    figure: HeadFigureSchema.nullable().describe('one head in full; null if the layer has no attention'),
    states: z
      .array(StateSchema)
      .optional()
      .describe(
        'what layers without attention keep of the tokens: all layers, or only that of --layer; absent if there are none',
      ),
    head: count.optional().describe('the requested head, if the layer has no attention'),
    stored: z
      .array(
        z.strictObject({
          tensor: z.string(),
          type: z.string(),
          length: count.describe('elements of a row'),
          rows: count.describe('rows that were read'),
          ofRows: count.describe('rows of the tensor'),
          bytes: bytes.describe('of the rows that were read'),
        }),
      )
      .describe('what was read for the layer in `figure`; empty without a figure'),
    computed: z
      .array(z.strictObject({ kind: z.enum(['query', 'key', 'value', 'scores']), numbers: count, bytes }))
      .describe('what was computed for all heads of that layer, as numbers of 4 bytes'),
  })
  .describe('what `gguf-explain attention MODEL PROMPT --json` prints');

export type PromptToken = z.infer<typeof PromptTokenSchema>;
export type VectorSample = z.infer<typeof SampleSchema>;
export type HeadPattern = z.infer<typeof HeadPatternSchema>;
export type HeadFigure = z.infer<typeof HeadFigureSchema>;
export type LayerState = z.infer<typeof StateSchema>;
export type AttentionReport = z.infer<typeof AttentionReportSchema>;
