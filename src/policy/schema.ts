/**
 * The contract of a policy file: only what can be demanded of a model. `gguf-explain schema --policy` prints it as JSON Schema. Loaded only
 * to read a policy or to print its schema.
 */

import { z } from 'zod';
import { FILE_TYPES } from '../formats/file-types.js';
import { TENSOR_TYPES } from '../formats/tensor-types.js';
import { CACHE_TYPES } from '../memory/cells.js';
import { COMPONENTS } from '../model/component.js';
import {
  BYTES_PATTERN,
  bytesFrom,
  COUNT_PATTERN,
  countFrom,
  PARAMETERS_PATTERN,
  parametersFrom,
} from '../words/quantities.js';
import { ROLE_GROUPS, ROLES } from '../words/roles.js';
import { ALL_FINDINGS } from './all-findings.js';
import { patternFault } from './patterns.js';

/** Names, globs and patterns longer than this are not names. */
const word = z.string().min(1).max(1000);

const upper = (value: unknown) => (typeof value === 'string' ? value.toUpperCase() : value);
const typeName = z.preprocess(upper, z.enum([...new Set(TENSOR_TYPES.map(({ name }) => name))]));
const fileType = z.preprocess(upper, z.enum([...new Set(FILE_TYPES.map(({ name }) => name))]));
const cacheType = z.preprocess(upper, z.enum(CACHE_TYPES.map((name) => name.toUpperCase())));

const whole = z.int().min(0);
/** A number, or a text that `from` parses. Text that does not match the pattern was already reported. */
const amount = (pattern: RegExp, from: (text: string) => number | null, expected: string, beyond: string) =>
  z
    .union([whole, z.string().regex(pattern, expected)])
    .transform((value) => (typeof value === 'number' ? value : (from(value) ?? Number.NaN)))
    .refine(Number.isSafeInteger, beyond);
const bytes = amount(
  BYTES_PATTERN,
  bytesFrom,
  'expected bytes, such as 8GiB, 500MB or 1048576',
  'the amount is beyond 2^53 bytes',
);
const parameters = amount(
  PARAMETERS_PATTERN,
  parametersFrom,
  'expected a count, such as 8B, 500M or 1000',
  'the count is beyond 2^53',
);
const tokens = amount(
  COUNT_PATTERN,
  countFrom,
  'expected a number of tokens, such as 8192 or 8k (k is 1,024)',
  'the count is beyond 2^53',
);

/** A minimum, a maximum, or both. */
function range<Amount extends z.ZodType<number>>(amount: Amount) {
  return z
    .strictObject({ min: amount.optional(), max: amount.optional() })
    .refine(({ min, max }) => min !== undefined || max !== undefined, 'expected min, max or both')
    .refine(inOrder, { message: 'min is more than max', path: ['min'] });
}

/** Values that are not numbers were already reported. */
function inOrder({ min, max }: { min?: number | undefined; max?: number | undefined }): boolean {
  return typeof min !== 'number' || typeof max !== 'number' || min <= max;
}

const roleNames = ['default', ...ROLE_GROUPS.map(({ id }) => id), ...Object.keys(ROLES), ...COMPONENTS];
const typesAllowed = z.array(typeName).min(1);
const typesDemand = z.union([
  typesAllowed.transform((allow) => ({ allow })),
  z
    .strictObject({
      allow: typesAllowed.optional().describe('the types that a tensor may have'),
      'at-least': typeName.optional().describe('the type with the fewest bits per number that is allowed'),
    })
    .refine((demand) => Object.keys(demand).length > 0, 'expected allow, at-least or both'),
]);

/** False for integers between 2^53 and the 64-bit limit, which JavaScript would round. Larger numbers can only be floats. */
const keepsDigits = (value: number) =>
  !Number.isInteger(value) || Number.isSafeInteger(value) || Math.abs(value) > 2 ** 64;
const number = z
  .number()
  .refine(keepsDigits, 'a whole number beyond 2^53 loses digits; in equals and one-of, put it in quotes');
const value = z.union([z.string(), number, z.boolean()]);
const pattern = word.superRefine((text, context) => {
  const fault = patternFault(text);
  if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
});
const valueDemand = z
  .strictObject({
    equals: z
      .union([z.string(), number, z.boolean(), z.array(value)])
      .optional()
      .describe('the value; for an array, the list of all its items'),
    'one-of': z.array(value).min(1).optional().describe('the allowed values'),
    matches: pattern
      .optional()
      .describe('a JavaScript regular expression that must match a part of the text; ^ and $ anchor it'),
    min: number.optional().describe('the smallest allowed number'),
    max: number.optional().describe('the largest allowed number'),
    optional: z.boolean().optional().describe('whether the key may be absent'),
  })
  .refine(({ optional, ...demand }) => Object.keys(demand).length > 0, 'expected equals, one-of, matches, min or max')
  .refine(inOrder, { message: 'min is more than max', path: ['min'] });

const digest = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/, 'expected a SHA-256 digest of 64 hexadecimal digits')
  .transform((text) => text.toLowerCase());

export const PolicySchema = z
  .strictObject({
    $schema: z.string().optional().describe('address of the JSON Schema of policies, for editors'),
    version: z.literal(1).describe('version of the policy format'),
    description: z.string().optional().describe('what the policy is for'),
    architectures: z.array(word).min(1).optional().describe('allowed values of general.architecture'),
    'file-types': z.array(fileType).min(1).optional().describe('allowed labels (general.file_type), such as Q4_K_M'),
    types: z
      .partialRecord(z.enum([...new Set(roleNames)]), typesDemand)
      .optional()
      .describe(
        'types of tensors by role, group of roles, component (vision) or default; only the most specific one counts for each tensor',
      ),
    'bits-per-weight': range(z.number().min(0))
      .optional()
      .describe('bits of data for each parameter, over all tensors'),
    size: range(bytes).optional().describe('bytes of the file, or of all shards together'),
    parameters: range(parameters).optional().describe('number of parameters in all tensors'),
    memory: z
      .strictObject({
        max: bytes.describe('for weights and KV cache together'),
        context: tokens
          .refine((length) => length >= 1, 'expected 1 or more')
          .optional()
          .describe("tokens in the cache, such as 8192 or 8k; the model's own context length if not given"),
        'kv-type': cacheType.optional().describe('type of the numbers in the cache; F16 if not given'),
      })
      .optional()
      .describe('memory to run the model'),
    context: range(tokens)
      .optional()
      .describe('context length in tokens, such as 8192 or 8k, that the model was trained for'),
    licenses: z
      .array(word)
      .min(1)
      .optional()
      .describe(
        'allowed licenses (general.license), in upper or lower case; of "a OR b" one must be allowed, of "a AND b" both',
      ),
    metadata: z
      .strictObject({
        require: z.array(word).optional().describe('keys that must be present'),
        values: z
          .record(word, valueDemand)
          .optional()
          .describe(
            'required values, by key; for an array, all items must meet the demand (equals compares the whole list)',
          ),
        forbid: z.array(word).optional().describe('keys, or globs of keys, that must be absent'),
      })
      .optional(),
    'chat-template': z
      .strictObject({
        required: z.boolean().optional().describe('whether the file must have one; true if sha256 is given'),
        sha256: z
          .union([digest.transform((one) => [one]), z.array(digest).min(1)])
          .optional()
          .describe('digests of the UTF-8 text; every chat template of the file must have one of them'),
        'max-bytes': bytes.optional().describe('largest size of a chat template, in bytes'),
      })
      .optional(),
    tensors: z
      .strictObject({
        require: z.array(word).optional().describe('names or globs that at least one tensor must match'),
        forbid: z.array(word).optional().describe('names or globs that no tensor may match'),
      })
      .optional(),
    rules: z
      .partialRecord(z.enum([...ALL_FINDINGS.keys()]), z.enum(['off', 'advice', 'warning', 'error']))
      .optional()
      .describe('findings by code: turn them off, or set another level'),
    ignore: z
      .array(
        z
          .strictObject({
            rule: z.enum([...ALL_FINDINGS.keys()]).describe('code of the finding'),
            tensor: word.optional().describe('name or glob of the tensor that it is about; all if not given'),
            key: word.optional().describe('the same for a metadata key'),
            reason: word.describe('why it is accepted; reports show it'),
          })
          .refine(({ tensor, key }) => tensor === undefined || key === undefined, 'expected tensor or key, not both'),
      )
      .optional()
      .describe('findings that were reviewed and accepted; reports count them'),
  })
  .describe('a policy for `gguf-explain check --policy FILE`, in YAML or JSON');

/** A validated policy: amounts are numbers, and short forms are expanded. */
export type Policy = z.output<typeof PolicySchema>;

/** The JSON Schema of a policy file, in the draft that editors support. */
export function policyJsonSchema(): object {
  return z.toJSONSchema(PolicySchema, { io: 'input', target: 'draft-7' });
}
