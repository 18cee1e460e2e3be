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
  before: count.describe('the first line in the text before, counted from 1'),
  after: count,
  lines: z.array(z.string()).describe('each begins with " " where it stayed, "-" where it went, "+" where it came'),
});

export const MetadataDifferenceSchema = z.strictObject({
  change: z.enum(['added', 'removed', 'changed', 'retyped']).describe('"retyped": its type is another one'),
  key: z.string(),
  before: ValueSchema.optional(),
  after: ValueSchema.optional(),
  sameValue: z.boolean().optional().describe('of a retyped key: whether the value is the same nevertheless'),
  items: z
    .strictObject({
      differing: count.describe('places at which the arrays differ, those that only one has included'),
      first: z
        .array(
          z.strictObject({
            index: count,
            before: z.json().optional().describe('left out beyond the end of the array'),
            after: z.json().optional(),
          }),
        )
        .describe('the first few of them'),
    })
    .optional(),
  lines: z
    .strictObject({
      before: count.nullable().describe('lines of the text; null where it is too long to be read'),
      after: count.nullable(),
      hunks: z
        .array(HunkSchema)
        .nullable()
        .describe('null where the texts are too long or too different to compare by lines'),
    })
    .optional()
    .describe('of texts of several lines'),
  renders: z
    .strictObject({
      same: z.array(z.string()).describe('conversations of which both make the same'),
      different: z
        .array(
          z.strictObject({
            conversation: z.string(),
            before: z.string().nullable().describe('null where the template gives no text'),
            after: z.string().nullable(),
          }),
        )
        .describe('with the beginning of what each makes of it'),
      unknown: z.array(z.string()).describe('those that could not be rendered'),
    })
    .optional()
    .describe('of two chat templates: what they make of fixed conversations (user, system, assistant, tools, none)'),
});

const StorageSchema = z.strictObject({
  type: z.string().describe('ggml type, "id N" for an unknown one'),
  ggml: z.array(count).describe("the shape of each, ggml's ne: the first dimension is contiguous"),
  parameters: count.describe('of all tensors of the row'),
  bytes: bytes.nullable().describe('of all tensors of the row; null where that cannot be known'),
});

export const TensorDifferenceSchema = z.strictObject({
  change: z
    .enum(['added', 'removed', 'retyped', 'reshaped', 'content'])
    .describe('"reshaped": the type may be another one too; "content": other bytes of the same type and shape'),
  name: z.string().describe('with the layers in it: blk.{0..31}.attn_q.weight'),
  role: z.string(),
  layers: LayerRangesSchema,
  count: count.describe('tensors in this row'),
  names: z.array(z.string()),
  before: StorageSchema.optional(),
  after: StorageSchema.optional(),
  digests: z
    .array(z.strictObject({ before: z.string().nullable(), after: z.string().nullable() }))
    .optional()
    .describe('sha256 of the data of each, in the order of names; null where the file does not hold it'),
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
      .describe('no difference; offsets are none, and tensor data and numbers count where they were compared'),
    sameBytes: z
      .enum(['file', 'header', 'none'])
      .describe('what is the same byte for byte; "file" is found out for two files with --data'),
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
        bytes: z.int().describe('what tensor data takes more (or less, below 0) than before'),
      })
      .describe('how many there are of each difference'),
    container: z.array(ContainerDifferenceSchema).describe('differences of the format itself'),
    metadata: z.array(MetadataDifferenceSchema),
    ignored: z.array(z.string()).describe('globs of keys that were left out'),
    tensors: z.array(TensorDifferenceSchema).describe('folded over layers'),
    reordered: z.boolean().describe('the tensors that both have are in a different order'),
    data: z
      .strictObject({
        compared: count.describe('tensors whose bytes were compared'),
        bytes: bytes.describe('of these in one file'),
        changed: count,
        absent: count.describe('tensors that neither file holds'),
        unclear: count.describe('tensors of unknown size, or on top of each other'),
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
