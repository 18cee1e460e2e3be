/** The only error that reading a policy file throws. It gives the line and column as text editors count them. */

import { ExplainedError } from '../explained-error.js';

/** Why a policy could not be used. Stable, because scripts and tests rely on these codes. */
export type PolicyErrorCode =
  | 'policy-not-found'
  | 'policy-unreadable'
  | 'policy-too-large'
  | 'policy-syntax'
  | 'policy-invalid';

/** A mistake in a policy and its position; lines and columns count from 1. */
export interface PolicyProblem {
  line: number;
  column: number;
  message: string;
}

/** Most problems that are listed after the first; a file that is not a policy may have one for each line. */
const MOST_TOLD = 5;

export class PolicyError extends ExplainedError<PolicyErrorCode> {
  /** The policy file, as the user typed it. */
  declare readonly target: string;
  /** Line of the first problem; undefined if the file could not be read. */
  readonly line: number | undefined;
  readonly column: number | undefined;

  /** `problems`: at least one, in the order of the file; or a sentence if there is no position. */
  constructor(code: PolicyErrorCode, target: string, problems: string | readonly PolicyProblem[]) {
    const [first, ...others] = typeof problems === 'string' ? [] : problems;
    const hint = others.length === 0 ? undefined : `there is more: ${listed(others)}`;
    super(code, typeof problems === 'string' ? problems : placed(problems[0] as PolicyProblem), { target, hint });
    this.line = first?.line;
    this.column = first?.column;
  }
}

function placed({ line, column, message }: PolicyProblem): string {
  return `line ${line}, column ${column}: ${message}`;
}

function listed(problems: readonly PolicyProblem[]): string {
  const more = problems.length - MOST_TOLD;
  return [...problems.slice(0, MOST_TOLD).map(placed), ...(more > 0 ? [`and ${more} others`] : [])].join('; ');
}
