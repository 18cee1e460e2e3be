/** The contract of `check`: a verdict for each file. */

import { z } from 'zod';
import { ErrorReportSchema, FindingSchema, NotCheckedSchema } from './schema.js';
import { ScanSummarySchema } from './values-schema.js';

const VerdictSchema = z.enum(['pass', 'fail', 'unreadable', 'incomplete']);

export const CheckedFileSchema = z.strictObject({
  target: z.string().describe('the file, as it was given or found'),
  verdict: VerdictSchema.describe(
    '"fail": a finding at or above the level in `failOn`; "incomplete": stopped before the end, without such a finding',
  ),
  error: ErrorReportSchema.shape.error.optional().describe('why it could not be read, or not completely'),
  findings: z.array(FindingSchema).describe('of the requested rules, most severe first'),
  notChecked: z
    .array(NotCheckedSchema)
    .optional()
    .describe('rules that do not cover this architecture; absent if all requested rules were applied'),
  ignored: z
    .array(
      z.strictObject({
        rule: z.string().describe('code of the findings'),
        of: z.string().optional().describe('name or glob of the tensors or keys; all if not given'),
        reason: z.string().optional().describe('the reason given in the policy'),
        count: z.int().min(1).describe('number of findings that were left out'),
      }),
    )
    .optional()
    .describe('findings that --ignore or the policy left out; absent if there are none'),
  digest: z
    .strictObject({
      sha256: z.string().describe('of all bytes of the file'),
      compared: z
        .array(z.strictObject({ source: z.string(), sha256: z.string(), equal: z.boolean() }))
        .describe(
          'compared with the digest in the name of its blob, or with that of the hub; empty if neither is known',
        ),
    })
    .optional()
    .describe('with --digest; absent for input that can be read only once'),
  data: ScanSummarySchema.optional().describe(
    'how much of the numbers was read: with --data, or if only samples were read',
  ),
});

export const CheckReportSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    rules: z.array(z.enum(['format', 'model', 'advice', 'data'])).describe('the groups of rules that were applied'),
    failOn: z.enum(['error', 'warning', 'advice']),
    headerOnly: z.boolean().describe('whether only the header was checked'),
    policy: z.string().optional().describe('the policy file'),
    verdict: VerdictSchema.describe('the worst of all files'),
    files: z.array(CheckedFileSchema),
  })
  .describe('what `gguf-explain check --json` prints');

export type Verdict = z.infer<typeof CheckedFileSchema>['verdict'];
export type CheckedFile = z.infer<typeof CheckedFileSchema>;
export type CheckReport = z.infer<typeof CheckReportSchema>;

export const RulesReportSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    rules: z
      .array(
        z.strictObject({
          code: z.string().describe('stable; --ignore and policies name it'),
          group: z.enum(['format', 'model', 'advice', 'data', 'policy']),
          level: z
            .enum(['error', 'warning', 'advice'])
            .describe('the usual level; a finding can be more or less severe'),
          says: z.string().describe('with {blanks} for the facts of a finding'),
          hint: z.string().optional(),
        }),
      )
      .describe('in the order in which their findings are shown'),
  })
  .describe('what `gguf-explain check --list-rules --json` prints');

export type RulesReport = z.infer<typeof RulesReportSchema>;
