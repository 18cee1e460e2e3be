/** The one kind of error that reading a policy file can end in. It says where in the file, as a text editor counts. */

import { ExplainedError } from '../explained-error.js';

/** Why a policy could not be used. Stable: scripts and tests rely on these. */
export type PolicyErrorCode =
  | 'policy-not-found'
  | 'policy-unreadable'
  | 'policy-too-large'
  | 'policy-syntax'
  | 'policy-invalid';

/** A mistake in a policy and where it stands; lines and columns count from 1. */
export interface PolicyProblem {
  line: number;
  column: number;
  message: string;
}

/** Problems told beside the first one; a file that is no policy at all has one for each of its lines. */
const MOST_TOLD = 5;

export class PolicyError extends ExplainedError<PolicyErrorCode> {
  /** The policy file, as it was given. */
  declare readonly target: string;
  /** Of the first problem; undefined where the file could not be read at all. */
  readonly line: number | undefined;
  readonly column: number | undefined;

  /** `problems`: in the order of the file, at least one; a sentence where there is no place to tell. */
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
