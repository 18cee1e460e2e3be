/** The contract of `memory`: what is stored, what is computed at each context length, and whether it fits. */

import { z } from 'zod';
import { DeviceSchema, DeviceShareSchema, FitSchema, PlacementSettingsSchema } from './placement-schema.js';
import { FileSchema } from './schema.js';

const count = z.int().min(0);
const bytes = z.int().min(0);

const PartSchema = z.strictObject({
  kind: z
    .string()
    .describe('what the layers keep: "full-attention", "sliding-window", "latent", "indexer", "recurrent-state" …'),
  layers: z.array(z.tuple([count, count])).describe('first and last layer of each run, both included'),
  layerCount: count,
  cells: count.nullable().describe('tokens that there is room for; null if the size does not depend on tokens'),
  bytes,
  formula: z.string().describe("with the model's own numbers; empty if nothing is kept"),
  keys: z.array(z.string()).describe('metadata keys that the numbers came from'),
});

const TemporarySchema = z.strictObject({
  what: z.enum(['attention-scores', 'activations', 'logits']),
  bytes,
  formula: z.string(),
  keys: z.array(z.string()),
});

const BesideSchema = z.strictObject({
  what: z
    .enum(['draft', 'next-token', 'projector', 'prompt-cache'])
    .describe(
      '"next-token": the layers that predict further tokens; "prompt-cache": earlier prompts that a server keeps',
    ),
  cacheBytes: bytes,
  computeBytes: bytes.describe('an estimate'),
  formula: z.string(),
});

export const MemoryContextSchema = z.strictObject({
  contextLength: count,
  cacheBytes: bytes.describe('KV cache and recurrent state together, as llama.cpp allocates them'),
  parts: z.array(PartSchema).describe('what makes up `cacheBytes`'),
  temporary: z.array(TemporarySchema).describe('vectors of one batch, which share the compute buffers'),
  computeBytes: bytes.nullable().describe('the compute buffers; null if nothing is known about them'),
  computeConfidence: z
    .enum(['exact', 'low'])
    .optional()
    .describe('of `computeBytes`: "exact" if llama.cpp reserves exactly these bytes, "low" for an estimate'),
  computeFormula: z.string().optional().describe('how they are computed'),
  computeStep: z.string().optional().describe('the step that needs most of them'),
  computeParts: z
    .array(z.strictObject({ what: z.string(), bytes, formula: z.string() }))
    .optional()
    .describe(
      'for the longest context: what makes up `computeBytes` when the buffers are fullest; "gaps" is unused space between',
    ),
  beside: z.array(BesideSchema).optional().describe('what is kept in addition to the weights of the model'),
  totalBytes: bytes.describe(
    'weights (with those of companions), cache, compute buffers, and everything that is kept in addition',
  ),
  devices: z.array(DeviceShareSchema).optional().describe('what is on which device, if cards were given'),
  fits: z.boolean().optional().describe('whether every card, and system RAM, has room for its share'),
  partialLayers: count.optional().describe('layers on cards of which a part, mostly experts, stays in system RAM'),
  readBytesPerToken: bytes.describe('weights (adapters included) and cache that are read for one new token'),
  tokensPerSecondAtMost: z
    .number()
    .optional()
    .describe('bandwidth ÷ `readBytesPerToken`: an upper bound, not a prediction'),
  promptTokensPerSecondAtMost: z
    .number()
    .optional()
    .describe('for the prompt, if it is known how fast all cards in use compute: also an upper bound'),
});

const RemedySchema = z.strictObject({
  change: z.enum(['context', 'cache-type', 'file-type', 'placement']),
  to: z.string().describe('tokens, a type of the cache, a file type, or options for llama.cpp'),
  contextLength: count.describe('the context that then fits'),
});

export const MemoryReportSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    file: FileSchema,
    modelName: z.string().nullable().describe('`general.name`'),
    architecture: z.string().nullable(),
    trainedContextLength: count.nullable(),
    settings: z.strictObject({
      kvTypeK: z.string(),
      kvTypeV: z.string(),
      parallel: count,
      unified: z.boolean(),
      swaFull: z.boolean(),
      ubatch: count,
      outputs: count.optional().describe('tokens of a batch whose scores can be requested; absent: all'),
      flashAttention: z.boolean(),
      mtp: z.literal(true).optional().describe('the layers that predict further tokens are loaded too'),
    }),
    weights: z.strictObject({
      bytes,
      places: z
        .array(z.strictObject({ place: z.enum(['input', 'layers', 'output']), bytes, tensors: count }))
        .describe('"input": tables that are read row by row and stay in system RAM'),
      groups: z.array(z.strictObject({ group: z.string(), bytes, tensors: count })),
      notLoaded: z
        .strictObject({ bytes, tensors: count, layers: count })
        .optional()
        .describe(
          'layers that predict further tokens, which only --mtp loads; `bytes` and the other figures exclude them',
        ),
      tiedBytes: bytes.describe(
        'the token embedding, if it is also the output matrix: loaded twice if a card computes the output',
      ),
    }),
    companions: z
      .array(
        z.strictObject({
          kind: z.string().describe('"mmproj" for a projector, "adapter", "draft"'),
          name: z.string().describe('the name to type'),
          bytes: bytes.describe('of its weights; included in `totalBytes`'),
        }),
      )
      .optional()
      .describe('what is loaded with the model'),
    confidence: z.enum(['exact', 'low']).describe('of `cacheBytes`: "low" if the architecture is not known'),
    assumptions: z.array(z.string()),
    refusals: z.array(z.string()).describe('why llama.cpp would not start with these settings'),
    withoutEffect: z
      .array(
        z.strictObject({
          setting: z.enum(['mtp', 'imageSize', 'swaFull', 'unified', 'kvTypeK', 'kvTypeV']),
          reason: z.enum([
            'no-next-token-layers',
            'no-projector',
            'no-shorter-window',
            'one-sequence',
            'no-cache',
            'no-values',
          ]),
        }),
      )
      .optional()
      .describe('requested settings that change nothing for this model'),
    contexts: z.array(MemoryContextSchema).describe('one for each requested length'),
    experts: z
      .strictObject({
        expertCount: count,
        expertUsedCount: count,
        totalParameters: count,
        activeParameters: count,
        totalBytes: bytes,
        activeBytes: bytes.describe('of the weights that one token uses'),
      })
      .nullable(),
    budget: z
      .strictObject({
        bytes,
        largestContextLength: count
          .nullable()
          .describe('the largest that fits, up to the trained one; null if none fits'),
        missingBytes: bytes.describe('what the weights and the smallest context need beyond the budget'),
      })
      .optional(),
    bandwidth: z.strictObject({ bytesPerSecond: bytes }).optional(),
    devices: z.array(DeviceSchema).optional().describe('the cards that were given'),
    ram: z
      .strictObject({ bytes: bytes.nullable(), bandwidth: z.number().nullable() })
      .optional()
      .describe('system RAM; null if its size or speed was not given'),
    marginBytes: bytes.optional().describe('bytes that stay free on each card'),
    placement: PlacementSettingsSchema.optional().describe('the requested placement; llama.cpp decides the rest'),
    fit: FitSchema.optional().describe('the best placement, if none was requested'),
    remedies: z
      .array(RemedySchema)
      .optional()
      .describe('changes that make it fit, if the longest context does not fit, or not completely on the cards'),
  })
  .describe('what `gguf-explain memory MODEL --json` prints');

export type Remedy = z.infer<typeof RemedySchema>;
export type MemoryContextEntry = z.infer<typeof MemoryContextSchema>;
export type MemoryReport = z.infer<typeof MemoryReportSchema>;
