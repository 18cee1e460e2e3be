/** How long a server is waited for, and how often it is asked again. */

import { setTimeout } from 'node:timers/promises';
import { TransferError } from '../transfer-error.js';

export interface HttpSettings {
  /** Milliseconds without a byte after which a connection counts as stalled. */
  stall: number;
  /** How often a request is made again after a failure that may pass. */
  retries: number;
  /** Milliseconds before the first retry; each further one waits twice as long. */
  wait: number;
  /** Where the proxies are named. */
  env: Readonly<Record<string, string | undefined>>;
  /** Ends what is under way, and the waiting for another attempt. */
  signal?: AbortSignal | undefined;
}

/** A server that asks to be left alone for longer, in milliseconds, is not waited for: the user is told instead. */
const LONGEST_WAIT = 30_000;

/** The settings of the environment: `GGUF_EXPLAIN_HTTP_TIMEOUT` and `_WAIT` in seconds, `_RETRIES` as a count. */
export function httpSettings(env: HttpSettings['env']): HttpSettings {
  const number = (name: string, otherwise: number) => {
    const value = Number(env[`GGUF_EXPLAIN_HTTP_${name}`] || Number.NaN);
    return value >= 0 && value <= 86_400 ? value : otherwise;
  };
  return {
    stall: Math.max(1, number('TIMEOUT', 20) * 1000),
    retries: Math.floor(number('RETRIES', 3)),
    wait: number('WAIT', 0.5) * 1000,
    env,
  };
}

/** The failures that one piece of work may have before it is given up. */
export class Patience {
  readonly #settings: HttpSettings;
  #failures = 0;

  constructor(settings: HttpSettings) {
    this.#settings = settings;
  }

  /** Waits until the next attempt. Throws the error where another one is of no use, or there have been enough. */
  async afterFailure(error: unknown): Promise<void> {
    if (!(error instanceof TransferError) || !error.passing) throw error;
    const { retries, wait, signal } = this.#settings;
    const pause = error.retryAfter ?? wait * 2 ** this.#failures;
    if (this.#failures >= retries || pause > LONGEST_WAIT || signal?.aborted) throw this.#givingUp(error);
    this.#failures++;
    await setTimeout(pause, undefined, signal && { signal });
  }

  /** The failures so far are no longer counted. */
  renew(): void {
    this.#failures = 0;
  }

  #givingUp(error: TransferError): TransferError {
    if (this.#failures === 0) return error;
    const { code, message, hint, answer } = error;
    const attempts = `${message}; given up after ${this.#failures + 1} attempts`;
    return new TransferError(code, attempts, { hint, ...(answer && { answer }) });
  }
}
