/** The contract of a placement: the cards, what is on each of them, and the best placement. */

import { z } from 'zod';

const count = z.int().min(0);
const bytes = z.int().min(0);

export const DeviceSchema = z.strictObject({
  name: z.string().describe('the name of a card, or GPU0 and so on if only its memory was given'),
  kind: z
    .enum(['plain', 'cuda'])
    .describe('how its backend stores tensors: "cuda" pads rows of blocks; "plain" if only the memory was given'),
  freeBytes: bytes.describe('memory that a process can use'),
  totalBytes: bytes
    .nullable()
    .describe('memory of the card, as its driver reports it; null if only the free memory was given'),
  driverBytes: bytes.nullable().describe('the part of it that the driver and other programs use'),
  bandwidth: z.number().nullable().describe('bytes that it reads per second; null if not known'),
  operations: z.number().nullable().describe('multiplications and additions per second, in F16'),
});

export const DeviceShareSchema = z.strictObject({
  name: z.string().describe('of a card; "host" for system RAM, which comes last'),
  layers: z.array(z.tuple([count, count])).describe('first and last layer of each run, both included'),
  weightBytes: bytes,
  cacheBytes: bytes.describe('KV cache and recurrent state'),
  computeBytes: bytes,
  besideBytes: bytes.describe(
    'of what is loaded with the model: a draft, a projector, adapters, layers that predict further tokens',
  ),
  freeBytes: z
    .int()
    .nullable()
    .describe('what is left; negative: what is missing; null for system RAM whose size was not given'),
});

const OverrideSchema = z.strictObject({
  pattern: z.string().describe('a regular expression for tensor names'),
  device: z.string().describe('"CPU", or the name of a card'),
});

/** A placement in terms of llama.cpp's options. */
export const PlacementSettingsSchema = z.strictObject({
  gpuLayers: z.int().min(-1).optional(),
  tensorSplit: z.array(z.number()).optional(),
  splitMode: z.enum(['layer', 'none', 'row']).optional(),
  mainDevice: count.optional(),
  cpuMoe: count.optional(),
  overrideTensor: z.array(OverrideSchema).optional(),
  kvOffload: z.boolean().optional(),
});

export const FitSchema = z.strictObject({
  fits: z.boolean().describe('whether everything fits, with the margin left free on each card'),
  contextLength: count,
  gpuLayers: z.int().min(-1).describe('layers on the cards, the output counted as one; -1: all'),
  tensorSplit: z.array(z.number()).nullable().describe('shares of the cards; null if llama.cpp determines them'),
  overrideTensor: z.array(OverrideSchema).describe('tensors that are not placed with their layer'),
  cpuMoe: count
    .nullable()
    .describe('layers whose experts stay in system RAM, if --n-cpu-moe is enough to describe the placement'),
  partialLayers: count.describe('layers on cards of which a part, mostly experts, stays in system RAM'),
  flags: z.string().describe('what to type after `llama-server -m MODEL`'),
  devices: z.array(DeviceShareSchema).describe('what is then on each card, and in system RAM'),
  tokensPerSecondAtMost: z.number().optional().describe('as in `contexts`'),
  promptTokensPerSecondAtMost: z.number().optional().describe('as in `contexts`'),
});

export type DeviceEntry = z.infer<typeof DeviceSchema>;
export type DeviceShareEntry = z.infer<typeof DeviceShareSchema>;
export type FitEntry = z.infer<typeof FitSchema>;
