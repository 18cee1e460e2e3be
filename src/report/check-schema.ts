/** The contract of `check`: a verdict for each file. */

import { z } from 'zod';
import { ErrorReportSchema, FindingSchema, NotCheckedSchema } from './schema.js';
import { ScanSummarySchema } from './values-schema.js';

const VerdictSchema = z.enum(['pass', 'fail', 'unreadable', 'incomplete']);

export const CheckedFileSchema = z.strictObject({
  target: z.string().describe('the file, as it was given or found'),
  verdict: VerdictSchema.describe(
    '"fail": findings at or above the level asked for; "incomplete": stopped before its end, without such a finding',
  ),
  error: ErrorReportSchema.shape.error.optional().describe('why it could not be read, or not to its end'),
  findings: z.array(FindingSchema).describe('of the rules asked for, gravest first'),
  notChecked: z
    .array(NotCheckedSchema)
    .optional()
    .describe('rules that do not cover this architecture; absent if all rules that were asked for were applied'),
  ignored: z
    .array(
      z.strictObject({
        rule: z.string().describe('code of the findings'),
        of: z.string().optional().describe('name or glob of the tensors or keys; all where it is left out'),
        reason: z.string().optional().describe('as the policy gives it'),
        count: z.int().min(1).describe('findings left out'),
      }),
    )
    .optional()
    .describe('findings that --ignore or the policy left out; the field is left out where there are none'),
  digest: z
    .strictObject({
      sha256: z.string().describe('of all bytes of the file'),
      compared: z
        .array(z.strictObject({ source: z.string(), sha256: z.string(), equal: z.boolean() }))
        .describe('with the name of its blob or what the hub says; empty where nothing is known of the file'),
    })
    .optional()
    .describe('with --digest: left out for what can be read only once'),
  data: ScanSummarySchema.optional().describe(
    'how far the numbers were read: with --data, and where only samples were',
  ),
});

export const CheckReportSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    rules: z.array(z.enum(['format', 'model', 'advice', 'data'])).describe('the groups of rules that were applied'),
    failOn: z.enum(['error', 'warning', 'advice']),
    headerOnly: z.boolean().describe('whether tensor data was not asked for'),
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
          level: z.enum(['error', 'warning', 'advice']).describe('mostly; a finding can be graver or milder'),
          says: z.string().describe('with {blanks} for the facts of a finding'),
          hint: z.string().optional(),
        }),
      )
      .describe('in the order in which their findings are shown'),
  })
  .describe('what `gguf-explain check --list-rules --json` prints');

export type RulesReport = z.infer<typeof RulesReportSchema>;
