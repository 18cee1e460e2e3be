/** The contract of `flow`: how a token travels through a model, as boxes with their tensors. Every tensor is in exactly one box. */

import { z } from 'zod';
import { FileSchema, FoldedTensorSchema, ModelSchema } from './schema.js';

const count = z.int().min(0);

const FlowBoxSchema = z.strictObject({
  id: z.string().describe('unique in the report'),
  kind: z.string().describe('such as "attention", "experts", "norm", "input"'),
  title: z.string(),
  does: z.string().describe('in a few words; empty if the title is enough'),
  facts: z.array(z.string()).describe("with the model's own numbers"),
  tensors: z.array(FoldedTensorSchema).describe('rows of equal tensors; empty if nothing is stored for the box'),
  parameters: count,
  bytes: count,
});

const FlowStageSchema = z
  .strictObject({
    before: z.array(FlowBoxSchema).describe('one after another, before the paths divide'),
    lanes: z.array(z.array(FlowBoxSchema)).describe('parallel paths, which all read the same vector'),
    join: z.array(FlowBoxSchema).describe('applied to the sum of the lanes'),
    add: z.boolean().describe('whether the result is added to the vector that came in (the residual stream)'),
    after: z.array(FlowBoxSchema).describe('after the addition'),
  })
  .describe('a part of a layer');

const FlowLayersSchema = z.strictObject({
  step: z.literal('layers'),
  id: z.string(),
  title: z.string().describe('such as "layers 0–2"'),
  says: z.string().describe('how these layers differ from the others'),
  layers: z.array(z.tuple([count, count])).describe('first and last of each run, both included'),
  repeat: count.describe('number of layers'),
  stages: z.array(FlowStageSchema),
  parameters: count,
  bytes: count,
});

export const FlowPartSchema = z.strictObject({
  part: z.string().describe('"text", "encoder", "vision", "projector", "next-token-prediction", "not-known" …'),
  title: z.string(),
  width: count.nullable().describe('length of the vector that travels through the layers'),
  alternating: z.boolean().describe('whether layers of different kinds alternate: each kind is shown once'),
  steps: z.array(
    z.discriminatedUnion('step', [z.strictObject({ step: z.literal('box'), box: FlowBoxSchema }), FlowLayersSchema]),
  ),
  parameters: count,
  bytes: count,
});

export const FlowReportSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    file: FileSchema,
    model: ModelSchema,
    traced: z
      .boolean()
      .describe('whether `flow` can compute a prompt with the model, or token ids if it has no vocabulary'),
    parts: z.array(FlowPartSchema).describe('one for each flow; empty for a file without tensors'),
  })
  .describe('what `gguf-explain flow MODEL --json` prints');

export type FlowBox = z.infer<typeof FlowBoxSchema>;
export type FlowStage = z.infer<typeof FlowStageSchema>;
export type FlowLayers = z.infer<typeof FlowLayersSchema>;
export type FlowPart = z.infer<typeof FlowPartSchema>;
export type FlowReport = z.infer<typeof FlowReportSchema>;
