/** The contract of `diff`: the differences between two files; `before` is the first file and `after` the second. */

import { z } from 'zod';
import { DiffValuesSchema } from './diff-values-schema.js';
import { FileSchema, MetadataEntrySchema } from './schema.js';

const count = z.int().min(0);
const bytes = z.int().min(0);
const LayerRangesSchema = z.array(z.tuple([count, count])).describe('first and last layer of each run, both included');

const ValueSchema = MetadataEntrySchema.pick({ type: true, value: true, count: true, complete: true }).extend({
  label: z.string().optional().describe('the name of a number that has one, such as "Q4_K_M" of general.file_type'),
});

const HunkSchema = z.strictObject({
  before: count.describe('first line of the hunk in the text of `before`, counted from 1'),
  after: count,
  lines: z.array(z.string()).describe('each begins with " " if unchanged, "-" if removed, "+" if added'),
});

export const MetadataDifferenceSchema = z.strictObject({
  change: z.enum(['added', 'removed', 'changed', 'retyped']).describe('"retyped": the type of its value differs'),
  key: z.string(),
  before: ValueSchema.optional(),
  after: ValueSchema.optional(),
  sameValue: z.boolean().optional().describe('for a retyped key: whether the value is still the same'),
  items: z
    .strictObject({
      differing: count.describe('items that differ, including those that only one array has'),
      first: z
        .array(
          z.strictObject({
            index: count,
            before: z.json().optional().describe('absent beyond the end of the array'),
            after: z.json().optional(),
          }),
        )
        .describe('the first few of them'),
    })
    .optional(),
  lines: z
    .strictObject({
      before: count.nullable().describe('number of lines; null if the text is too long to be read'),
      after: count.nullable(),
      hunks: z
        .array(HunkSchema)
        .nullable()
        .describe('null if the texts are too long or too different to compare by lines'),
    })
    .optional()
    .describe('for texts of several lines'),
  renders: z
    .strictObject({
      same: z.array(z.string()).describe('conversations that both render to the same text'),
      different: z
        .array(
          z.strictObject({
            conversation: z.string(),
            before: z.string().nullable().describe('null if the template renders no text'),
            after: z.string().nullable(),
          }),
        )
        .describe('with the beginning of each rendered text'),
      unknown: z.array(z.string()).describe('conversations that could not be rendered'),
    })
    .optional()
    .describe('for two chat templates: how they render fixed conversations (user, system, assistant, tools, none)'),
});

const StorageSchema = z.strictObject({
  type: z.string().describe('ggml type, "id N" for an unknown one'),
  ggml: z.array(count).describe("the shape of each, ggml's ne: the first dimension is contiguous"),
  parameters: count.describe('of all tensors of the row'),
  bytes: bytes.nullable().describe('of all tensors of the row; null if unknown'),
});

export const TensorDifferenceSchema = z.strictObject({
  change: z
    .enum(['added', 'removed', 'retyped', 'reshaped', 'content'])
    .describe('"reshaped": the type may differ too; "content": same type and shape, different bytes'),
  name: z.string().describe('with a range of layers: blk.{0..31}.attn_q.weight'),
  role: z.string(),
  layers: LayerRangesSchema,
  count: count.describe('tensors in this row'),
  names: z.array(z.string()),
  before: StorageSchema.optional(),
  after: StorageSchema.optional(),
  digests: z
    .array(z.strictObject({ before: z.string().nullable(), after: z.string().nullable() }))
    .optional()
    .describe(
      'SHA-256 of the data of each tensor, in the order of `names`; null if the file does not contain the data',
    ),
});

const SideSchema = z.strictObject({
  file: FileSchema,
  architecture: z.string().nullable(),
  label: z.string().nullable().describe('general.file_type, such as "Q4_K_M"'),
  tensors: count,
  parameters: count,
  bytes: bytes.describe('of all tensor data'),
  bitsPerWeight: z.number().nullable(),
});

const ContainerDifferenceSchema = z.strictObject({
  what: z.enum(['version', 'endianness', 'alignment']),
  before: z.union([count, z.string()]),
  after: z.union([count, z.string()]),
});

export const DiffReportSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    equal: z
      .boolean()
      .describe(
        'whether there is no difference; offsets do not count, tensor data and numbers count only if they were compared',
      ),
    sameBytes: z
      .enum(['file', 'header', 'none'])
      .describe('what is the same byte for byte; "file" is only determined with --data, for two files'),
    before: SideSchema,
    after: SideSchema,
    summary: z
      .strictObject({
        keys: z.strictObject({ added: count, removed: count, changed: count, retyped: count }),
        tensors: z.strictObject({
          added: count,
          removed: count,
          retyped: count,
          reshaped: count,
          content: count,
          alike: count,
        }),
        bytes: z.int().describe('change in the size of the tensor data; negative: smaller than before'),
      })
      .describe('number of differences of each kind'),
    container: z.array(ContainerDifferenceSchema).describe('differences of the format itself'),
    metadata: z.array(MetadataDifferenceSchema),
    ignored: z.array(z.string()).describe('globs of keys that were left out'),
    tensors: z.array(TensorDifferenceSchema).describe('folded over layers'),
    reordered: z.boolean().describe('whether the tensors that both files have are in a different order'),
    data: z
      .strictObject({
        compared: count.describe('tensors whose bytes were compared'),
        bytes: bytes.describe('size of these tensors in one file'),
        changed: count,
        absent: count.describe('tensors whose data neither file contains'),
        unclear: count.describe('tensors of unknown size, or that overlap others'),
      })
      .nullable()
      .describe('null without --data'),
    values: DiffValuesSchema.optional().describe('with --values'),
  })
  .describe('what `gguf-explain diff BEFORE AFTER --json` prints');

export type DiffReport = z.infer<typeof DiffReportSchema>;
export type DiffSide = DiffReport['before'];
export type MetadataDifferenceReport = z.infer<typeof MetadataDifferenceSchema>;
export type DiffValue = z.infer<typeof ValueSchema>;
export type TensorDifferenceReport = z.infer<typeof TensorDifferenceSchema>;
