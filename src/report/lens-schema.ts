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
      .describe('the format that llama.cpp rounds x to before it multiplies it by such a matrix; null: x stays F32'),
    inputs: count.describe('elements of x, and of a row of the matrix'),
    outputs: count.describe('rows of the matrix that are used, and elements of the result'),
    ofRows: count.describe('all rows of the matrix; more than `outputs` if it also computes other vectors'),
    normalized: z.boolean().describe('whether x is the vector of the token after a norm'),
    row: count.describe('the row whose product is shown'),
    terms: z
      .array(z.strictObject({ x: number, weight: number, product: number }))
      .describe('the first products of an element of x and an element of the row'),
    rest: number.describe('the sum of all other products'),
    sum: number.describe('of all products'),
    factor: number.optional().describe('the sum is multiplied by this; absent: the model has no factor here'),
    bias: number.optional().describe('this is added; absent: the model has no bias here'),
    result: number.describe('the first element of the resulting vector'),
    output: z.array(number).describe('the first elements of the resulting vector, before it is rotated by position'),
  })
  .describe('one product of a vector and a matrix, number by number');

export type Lens = z.infer<typeof LensSchema>;
