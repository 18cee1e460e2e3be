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
    vocabularySize: count.describe('scores that were computed; 0 for a model that gives vectors'),
    prompt: PromptTextSchema,
    tokens: z.array(PromptTokenSchema),
    decoderTokens: z
      .array(PromptTokenSchema)
      .optional()
      .describe('what the decoder begins with, in a model of an encoder and a decoder'),
    rows: SampleSchema.describe('the vectors of the tokens as they enter the first layer'),
    layers: z
      .array(
        z.strictObject({
          layer: count,
          pass: z.enum(['encoder', 'decoder']).optional().describe('of which of the two, in a model that has both'),
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
    contextLength: count.nullable().describe('tokens that the model was trained for; null: the file does not state it'),
    lens: LensSchema.nullable()
      .optional()
      .describe('with --lens; null: no product of the layer can be shown separately'),
    guesses: z
      .array(
        z.strictObject({
          layer: count.nullable().describe('after which; null: before the first layer'),
          id: count,
          piece: z.string().nullable(),
          probability: z.number().nullable(),
          answerProbability: z.number().nullable().describe('of the token that the model predicts in the end'),
        }),
      )
      .optional()
      .describe(
        'the token that the model would predict if it stopped there (logit lens): the last norm and the output matrix on the vector between layers; the last one is the prediction',
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
      .describe('the most likely tokens after the last one, highest first; none for a model that gives vectors'),
    embeddings: vectors.optional().describe('the vector that the model gives for each token, instead of `next`'),
    pooling: z
      .enum(['none', 'mean', 'first', 'last', 'rank', 'unknown'])
      .optional()
      .describe('how they become one: the mean, the vector of the first or last token, or the scores of a classifier'),
    pooled: vector
      .nullable()
      .optional()
      .describe('the vector of the whole text, of length 1, or the scores as they are; null: the file does not pool'),
    compared: z
      .strictObject({
        tokens: z.array(PromptTokenSchema),
        pooled: vector,
        cosine: z.number().nullable().describe('of the angle between both texts’ vectors: 1 alike, 0 not related'),
      })
      .optional()
      .describe('the text of --with'),
  })
  .describe('what `gguf-explain flow MODEL PROMPT --json` prints');

export type NextTokensReport = z.infer<typeof NextTokensReportSchema>;
