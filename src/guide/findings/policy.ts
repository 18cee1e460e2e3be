/** Findings of a policy: what a project has decided for its own files. */

import type { FindingWords } from './finding-words.js';

export const POLICY_FINDINGS = {} as const satisfies Record<string, FindingWords>;
