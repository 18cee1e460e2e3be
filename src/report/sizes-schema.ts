/** The contract of `sizes`: the model in every file type of llama.cpp. */

import { z } from 'zod';
import { FitCellSchema, FitsSchema } from './fits-schema.js';
import { FileSchema } from './schema.js';

const count = z.int().min(0);
const bytes = z.int().min(0);

const TensorAsSchema = z.strictObject({
  name: z.string(),
  from: z.string().describe('its type in this file'),
  type: z.string().describe('its type in a file of the file type'),
  fallback: z.boolean().describe('whether it got another type because its rows do not divide into blocks'),
});

export const FileTypeSizeSchema = z.strictObject({
  fileType: z.string().describe('a name of llama.cpp, such as "Q4_K_M"'),
  tensorBytes: bytes.nullable().describe('of all tensors; null if the quantizer would refuse'),
  fileBytes: bytes.nullable().describe('with the header of this file, each tensor padded to 32 bytes'),
  bitsPerWeight: z.number().nullable(),
  typeCounts: z.record(z.string(), count).describe('how many tensors would have each type'),
  fallbacks: count.describe('tensors whose rows do not divide into the blocks of the type that they should have'),
  requantized: count.describe(
    'tensors that are quantized now and would get another type: llama-quantize does that only with --allow-requantize',
  ),
  memoryBytes: bytes.nullable().describe('tensors and the cache at `contextLength`; null if either is not known'),
  difference: z.int().nullable().describe('bytes of the tensors minus those of this file'),
  current: z.boolean().describe('whether it is the label of this file'),
  contexts: z.array(FitCellSchema).optional().describe('whether it fits, if cards or a budget were given'),
  tensors: z.array(TensorAsSchema).optional().describe('every tensor, in the order of the quantizer; with --tensors'),
});

export const SizesReportSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    file: FileSchema,
    label: z.string().nullable().describe('the file type that the file is labeled with'),
    tensorBytes: bytes.describe('of this file as it is'),
    bitsPerWeight: z.number().nullable(),
    trainedType: z
      .string()
      .optional()
      .describe(
        'the type that the experts were trained in (MXFP4, of gpt-oss): every published file keeps it for them',
      ),
    importanceMatrix: z
      .boolean()
      .describe('whether one is assumed: without it, some types are refused and some mixes differ'),
    contextLength: count
      .nullable()
      .describe('tokens that the memory is computed for; null if the file does not state enough'),
    cacheBytes: bytes.nullable().describe('KV cache and recurrent state at that length, in F16'),
    fits: FitsSchema.optional().describe('what it has to fit on, and the best choice'),
    sizes: z.array(FileTypeSizeSchema).describe('largest first'),
  })
  .describe('what `gguf-explain sizes MODEL --json` prints');

export type FileTypeSizeEntry = z.infer<typeof FileTypeSizeSchema>;
export type SizesReport = z.infer<typeof SizesReportSchema>;
