/** The contract of `memory`: what is stored, what is computed at each context length, and whether it fits. */

import { z } from 'zod';
import { FileSchema } from './schema.js';

const count = z.int().min(0);
const bytes = z.int().min(0);

const PartSchema = z.strictObject({
  kind: z
    .string()
    .describe('what the layers keep: "full-attention", "sliding-window", "latent", "indexer", "recurrent-state" …'),
  layers: z.array(z.tuple([count, count])).describe('first and last layer of each run, both included'),
  layerCount: count,
  cells: count.nullable().describe('tokens that there is room for; null where the size does not depend on tokens'),
  bytes,
  formula: z.string().describe("with the model's own numbers; empty where nothing is kept"),
  keys: z.array(z.string()).describe('metadata keys that the numbers came from'),
});

const TemporarySchema = z.strictObject({
  what: z.enum(['attention-scores', 'activations', 'logits']),
  bytes,
  formula: z.string(),
  keys: z.array(z.string()),
});

export const MemoryContextSchema = z.strictObject({
  contextLength: count,
  cacheBytes: bytes.describe('KV cache and recurrent state together, as llama.cpp allocates them'),
  parts: z.array(PartSchema).describe('what makes up `cacheBytes`'),
  temporary: z.array(TemporarySchema).describe('vectors of one batch, which share the compute buffers'),
  computeBytes: bytes.nullable().describe('the compute buffers; null where nothing is known of them'),
  computeConfidence: z
    .enum(['exact', 'low'])
    .optional()
    .describe('of `computeBytes`: "exact" where llama.cpp reserves these bytes, "low" for an estimate'),
  computeFormula: z.string().optional().describe('how they came about'),
  computeStep: z.string().optional().describe('the step that needs most of them'),
  totalBytes: bytes.describe('weights, those of companions too, cache and compute buffers'),
  readBytesPerToken: bytes.describe('weights, those of adapters too, and cache that one new token has to read'),
  tokensPerSecondAtMost: z.number().optional().describe('the bandwidth by that: a bound, not a prediction'),
});

export const MemoryReportSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    file: FileSchema,
    architecture: z.string().nullable(),
    trainedContextLength: count.nullable(),
    settings: z.strictObject({
      kvTypeK: z.string(),
      kvTypeV: z.string(),
      parallel: count,
      unified: z.boolean(),
      swaFull: z.boolean(),
      ubatch: count,
      outputs: count.optional().describe('tokens of a batch whose scores may be asked for; all where it is missing'),
      flashAttention: z.boolean(),
    }),
    weights: z.strictObject({
      bytes,
      places: z
        .array(z.strictObject({ place: z.enum(['input', 'layers', 'output']), bytes, tensors: count }))
        .describe('"input" is looked up row by row and stays in the memory of the host'),
      groups: z.array(z.strictObject({ group: z.string(), bytes, tensors: count })),
      tiedBytes: bytes.describe(
        'the token embedding where it is the output too: loaded twice when a device computes it',
      ),
    }),
    companions: z
      .array(
        z.strictObject({
          kind: z.string().describe('"mmproj" for a projector, "adapter"'),
          name: z.string().describe('what to type for it'),
          bytes: bytes.describe('of its weights, which `totalBytes` has too'),
        }),
      )
      .optional()
      .describe('what is loaded beside the model'),
    confidence: z.enum(['exact', 'low']).describe('of `cacheBytes`: "low" where the architecture is not known'),
    assumptions: z.array(z.string()),
    refusals: z.array(z.string()).describe('why llama.cpp would not start with these settings'),
    contexts: z.array(MemoryContextSchema).describe('one for each length asked for'),
    experts: z
      .strictObject({
        expertCount: count,
        expertUsedCount: count,
        totalParameters: count,
        activeParameters: count,
        totalBytes: bytes,
        activeBytes: bytes.describe('of the weights that one token passes'),
      })
      .nullable(),
    budget: z
      .strictObject({
        bytes,
        largestContextLength: count.nullable().describe('that fits, up to the trained one; null where none does'),
        missingBytes: bytes.describe('what the weights and the smallest context need beyond the budget'),
      })
      .optional(),
    bandwidth: z.strictObject({ bytesPerSecond: bytes }).optional(),
  })
  .describe('what `gguf-explain memory MODEL --json` prints');

export type MemoryContextEntry = z.infer<typeof MemoryContextSchema>;
export type MemoryReport = z.infer<typeof MemoryReportSchema>;
