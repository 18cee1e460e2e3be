/** The contract of `check`: one verdict for each file. */

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
    .describe('rules that say nothing of this architecture; left out where all rules that were asked for were applied'),
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
