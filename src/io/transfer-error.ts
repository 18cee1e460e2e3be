/** Why bytes could not be transferred over a network: one kind of error with a stable code, whatever the cause. */

import { ExplainedError } from '../explained-error.js';

/** Stable: scripts and tests rely on these. */
export type TransferErrorCode =
  | 'bad-address'
  | 'bad-header-value'
  | 'host-not-found'
  | 'host-unreachable'
  | 'certificate-invalid'
  | 'not-http'
  | 'proxy-failed'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'gone'
  | 'range-refused'
  | 'too-many-requests'
  | 'server-error'
  | 'unexpected-answer'
  | 'too-many-redirects'
  | 'redirect-loop'
  | 'bad-redirect'
  | 'insecure-redirect'
  | 'web-page'
  | 'encoded-body'
  | 'stalled'
  | 'connection-lost'
  | 'changed-meanwhile'
  | 'wrong-length'
  | 'no-ranges';

export interface TransferDetails {
  hint?: string | undefined;
  /** Whether the same request may succeed a little later. */
  passing?: boolean;
  /** Milliseconds that the server asks to wait. */
  retryAfter?: number | undefined;
  /** The server's status and headers, if it responded. */
  answer?: { status: number; headers: Readonly<Record<string, string | string[] | undefined>> };
}

/** The message is one sentence without the address, which the caller adds as the user typed it. It never contains a secret. */
export class TransferError extends ExplainedError<TransferErrorCode> {
  readonly passing: boolean;
  readonly retryAfter: number | undefined;
  readonly answer: TransferDetails['answer'];

  constructor(code: TransferErrorCode, message: string, details: TransferDetails = {}) {
    super(code, message, { hint: details.hint });
    this.passing = details.passing ?? false;
    this.retryAfter = details.retryAfter;
    this.answer = details.answer;
  }
}
