/** Network failures, and server responses without a file, as errors with a stable code. */

import type { IncomingMessage } from 'node:http';
import { saysTooManyOpenFiles, TooManyOpenFiles } from '../open-file.js';
import { TransferError, type TransferErrorCode } from '../transfer-error.js';

/** Codes for names that cannot be resolved and hosts that do not respond. */
const NOT_FOUND = ['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_NONAME'];
const UNREACHABLE = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EADDRNOTAVAIL'];
/** Matches OpenSSL's error codes for untrusted certificates. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)|ISSUER|SIGNATURE/;

/** Converts an error of Node's network modules; `peer` is the other end of the connection. */
export function networkError(error: Error, peer: string): TransferError | TooManyOpenFiles {
  if (error instanceof TransferError) return error;
  if (saysTooManyOpenFiles(error)) return new TooManyOpenFiles();
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (NOT_FOUND.includes(code))
    return new TransferError('host-not-found', `the host name of ${peer} cannot be resolved (${code})`);
  if (UNREACHABLE.includes(code)) return new TransferError('host-unreachable', `${peer} cannot be reached (${code})`);
  if (CERTIFICATE.test(code)) {
    return new TransferError('certificate-invalid', `the certificate of ${peer} cannot be trusted (${code})`, {
      hint: 'NODE_EXTRA_CA_CERTS names a file with more certificates to trust',
    });
  }
  if (code.startsWith('HPE_') || code === 'EPROTO' || code.startsWith('ERR_SSL')) {
    return new TransferError('not-http', `the response of ${peer} is not valid HTTP (${code})`, {
      hint: 'check whether the address needs http instead of https, or another port',
    });
  }
  return lost(code === '' ? 'before the server answered' : `before the server answered (${code})`);
}

/** The connection broke; `when` states how far it got. */
export function lost(when: string): TransferError {
  return new TransferError('connection-lost', `the connection broke ${when}`, { passing: true });
}

/** `stall` is in milliseconds. */
export function stalled(stall: number): TransferError {
  const seconds = stall / 1000;
  return new TransferError('stalled', `no data came for ${seconds} ${seconds === 1 ? 'second' : 'seconds'}`, {
    passing: true,
    hint: 'GGUF_EXPLAIN_HTTP_TIMEOUT sets how many seconds to wait for data',
  });
}

interface Words {
  code: TransferErrorCode;
  message: string;
  hint?: string;
}

/** HTTP statuses with specific explanations (RFC 9110, 15; 429: RFC 6585, 4). */
const WORDS: Readonly<Record<number, Words>> = {
  401: {
    code: 'unauthorized',
    message: 'the server requires a login',
    hint: '--header "Authorization: Bearer TOKEN" sends a token',
  },
  403: {
    code: 'forbidden',
    message: 'the server refuses access to the file',
    hint: 'a signed link may have run out; --header sends what the server wants to see',
  },
  404: { code: 'not-found', message: 'the server has no such file' },
  407: {
    code: 'proxy-failed',
    message: 'the proxy requires a login',
    hint: 'http://user:password@host:port',
  },
  410: { code: 'gone', message: 'the server no longer has the file' },
  416: { code: 'range-refused', message: 'the server refuses to send the part of the file that is needed' },
  429: { code: 'too-many-requests', message: 'the server got too many requests' },
};

/** The error for a response without a file. */
export function refusal({ statusCode = 0, headers }: IncomingMessage, now = Date.now()): TransferError {
  const status = statusCode;
  const answer = { status, headers };
  const retryAfter = waitAsked(headers['retry-after'], now);
  const known = WORDS[status];
  const failed = status >= 500 && status <= 599;
  const words: Words = known ?? {
    code: failed ? 'server-error' : 'unexpected-answer',
    message: failed ? 'the server has failed' : 'the server answers with something other than a file',
  };
  const longer = retryAfter === undefined ? '' : ` and asks to try again in ${Math.ceil(retryAfter / 1000)} s`;
  return new TransferError(words.code, `${words.message} (HTTP ${status})${longer}`, {
    hint: words.hint,
    // 501 and 505 describe the server itself, so a retry does not help.
    passing: status === 429 || status === 408 || (failed && status !== 501 && status !== 505),
    retryAfter,
    answer,
  });
}

/** `Retry-After`: seconds or a date (RFC 9110, 10.2.3), converted to milliseconds from now. */
function waitAsked(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}
