/** The contract of `flow` with a prompt: how each layer changes the last token's vector, and which tokens are likely next. */

import { z } from 'zod';
import { PromptTextSchema, PromptTokenSchema, SampleSchema } from './attention-schema.js';
import { LensSchema } from './lens-schema.js';
import { FileSchema } from './schema.js';

const count = z.int().min(0);
const vector = z.array(z.number().nullable());
const vectors = z.array(vector);
const length = z.number().nullable().describe('√ of the sum of the squares; null: NaN');

export const NextTokensReportSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    file: FileSchema,
    architecture: z.string(),
    fillsMasks: z
      .literal(true)
      .optional()
      .describe('text diffusion: the scores are for masked tokens; no token is next'),
    embeddingLength: count,
    vocabularySize: count.describe('scores that were computed; 0 for a model that outputs vectors'),
    prompt: PromptTextSchema,
    tokens: z.array(PromptTokenSchema),
    decoderTokens: z
      .array(PromptTokenSchema)
      .optional()
      .describe('the tokens that the decoder starts with, in an encoder-decoder model'),
    rows: SampleSchema.describe('the vectors of the tokens as they enter the first layer'),
    layers: z
      .array(
        z.strictObject({
          layer: count,
          pass: z.enum(['encoder', 'decoder']).optional().describe('which of the two, in an encoder-decoder model'),
          before: length.describe('length of the last token’s vector before the layer; null: NaN'),
          attention: length.describe(
            'length of what attention, or a recurrent state instead, adds to it; null: NaN, or the layer has neither',
          ),
          feedForward: length.describe(
            'length of what the feed-forward network or the experts add to it; null: NaN, or the layer has neither',
          ),
          after: length.describe('length of the vector after the layer; null: NaN'),
          experts: z
            .array(z.strictObject({ expert: count, weight: z.number().nullable() }))
            .optional()
            .describe('the experts that the last token goes through'),
        }),
      )
      .describe('all layers'),
    contextLength: count.nullable().describe('tokens that the model was trained for; null: the file does not state it'),
    lens: LensSchema.nullable()
      .optional()
      .describe('with --lens; null: no product of the layer can be shown separately'),
    guesses: z
      .array(
        z.strictObject({
          layer: count.nullable().describe('the guess is made after this layer; null: before the first layer'),
          id: count,
          piece: z.string().nullable(),
          probability: z.number().nullable(),
          answerProbability: z.number().nullable().describe('of the token that the model finally predicts'),
        }),
      )
      .optional()
      .describe(
        'the token that the model would predict if it stopped there (logit lens): the final norm and the output matrix, applied to the vector between two layers; the last guess is the prediction',
      ),
    noGuesses: z
      .enum(['no-prediction', 'several-streams', 'carried-vectors', 'mixed-at-the-end'])
      .optional()
      .describe('why there are no guesses: the output cannot read what passes from layer to layer'),
    next: z
      .array(
        z.strictObject({
          id: count,
          piece: z.string().nullable(),
          logit: z.number().nullable(),
          probability: z.number().nullable(),
        }),
      )
      .describe('the most likely tokens after the last one, highest first; empty for a model that outputs vectors'),
    embeddings: vectors.optional().describe('the vector that the model outputs for each token, instead of `next`'),
    pooling: z
      .enum(['none', 'mean', 'first', 'last', 'rank', 'unknown'])
      .optional()
      .describe(
        'how the vectors of all tokens become one: the mean, the vector of the first or last token, or the scores of a classifier',
      ),
    pooled: vector
      .nullable()
      .optional()
      .describe(
        'the vector of the whole text, scaled to length 1, or the unscaled scores; null: the model does not pool',
      ),
    compared: z
      .strictObject({
        tokens: z.array(PromptTokenSchema),
        pooled: vector,
        cosine: z
          .number()
          .nullable()
          .describe('of the angle between the vectors of the two texts: 1 similar, 0 unrelated'),
      })
      .optional()
      .describe('the text of --with'),
  })
  .describe('what `gguf-explain flow MODEL PROMPT --json` prints');

export type NextTokensReport = z.infer<typeof NextTokensReportSchema>;
