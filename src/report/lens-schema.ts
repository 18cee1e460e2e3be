/** One product of a vector and a matrix with its numbers, as `flow --lens` and `learn lens` show it. */

import { z } from 'zod';
import { PromptTokenSchema } from './attention-schema.js';

const count = z.int().min(0);
const number = z.number().nullable();

export const LensSchema = z
  .strictObject({
    layer: count,
    token: PromptTokenSchema.describe('the token whose vector is multiplied: the last one of the prompt'),
    tensor: z.string().describe('the matrix'),
    role: z.string(),
    type: z.string(),
    rounded: z
      .string()
      .nullable()
      .describe(
        'the format that x is rounded to before it meets such a matrix, as llama.cpp does it; null: F32, as it is',
      ),
    inputs: count.describe('numbers of x, and of a row of the matrix'),
    outputs: count.describe('rows of the matrix, and numbers of the result'),
    ofRows: count.describe('rows that the matrix has: more than `outputs` where it makes other vectors too'),
    normalized: z.boolean().describe('whether x is the vector of the token after a norm'),
    row: count.describe('the row whose product is shown'),
    terms: z
      .array(z.strictObject({ x: number, weight: number, product: number }))
      .describe('the first products of a number of x and a number of the row'),
    rest: number.describe('the sum of all other products'),
    sum: number.describe('of all products'),
    factor: number.optional().describe('the sum is multiplied with this; absent: the model has no factor here'),
    bias: number.optional().describe('this is added; absent: the model has no bias here'),
    result: number.describe('the first number of the resulting vector'),
    output: z.array(number).describe('the first numbers of the resulting vector, before it is turned by position'),
  })
  .describe('one product of a vector and a matrix, number by number');

export type Lens = z.infer<typeof LensSchema>;
