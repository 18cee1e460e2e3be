/** How long to wait for a server, and how often to retry. */

import { setTimeout } from 'node:timers/promises';
import { TransferError } from '../transfer-error.js';

export interface HttpSettings {
  /** Milliseconds without a byte after which a connection counts as stalled. */
  stall: number;
  /** Number of retries after failures that may be temporary. */
  retries: number;
  /** Milliseconds before the first retry; each further wait is twice as long. */
  wait: number;
  /** The environment variables, which name the proxies. */
  env: Readonly<Record<string, string | undefined>>;
  /** Ends requests in progress, and the wait before a retry. */
  signal?: AbortSignal | undefined;
}

/** If a server asks for a longer wait than this, in milliseconds, the user gets an error instead. */
const LONGEST_WAIT = 30_000;

/** Reads the settings from the environment: `GGUF_EXPLAIN_HTTP_TIMEOUT` and `_WAIT` in seconds, `_RETRIES` as a count. */
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

/** Minimum average rate in bytes per second of waiting: a telephone line of 1990 is faster. */
const LEAST_RATE = 1000;

/** Checks that a body arrives fast enough. An occasional byte is not progress: it would keep the reader waiting forever. */
export class Pace {
  /** Milliseconds over which the rate is averaged. */
  readonly #window: number;
  #waited = 0;
  #bytes = 0;

  constructor({ stall }: Pick<HttpSettings, 'stall'>) {
    this.#window = stall;
  }

  /** Records bytes, and the milliseconds spent waiting for them. Throws TransferError if they arrive too slowly. */
  arrived(bytes: number, waited: number): void {
    this.#waited += waited;
    this.#bytes += bytes;
    if (this.#waited < this.#window) return;
    if (this.#bytes < (LEAST_RATE * this.#waited) / 1000) throw tooSlow(this.#bytes, this.#waited);
    this.#waited = 0;
    this.#bytes = 0;
  }
}

function tooSlow(bytes: number, waited: number): TransferError {
  const seconds = Math.round(waited / 100) / 10;
  return new TransferError('stalled', `only ${bytes} ${bytes === 1 ? 'byte' : 'bytes'} came in ${seconds} seconds`, {
    passing: true,
    hint: 'GGUF_EXPLAIN_HTTP_TIMEOUT sets the seconds in which a server has to send at least 1000 bytes per second',
  });
}

/** The number of partial responses that are accepted regardless of size, and the minimum bytes of each further one. */
const FREE_PARTS = 16;
const LEAST_PART = 16 * 1024;

/** Limits the failures of one piece of work before it is given up, and its partial responses. */
export class Patience {
  readonly #settings: HttpSettings;
  #failures = 0;
  #parts = 0;
  #bytes = 0;

  constructor(settings: HttpSettings) {
    this.#settings = settings;
  }

  /** Waits until the next attempt. Throws the error if a retry is useless or there have been enough. */
  async afterFailure(error: unknown): Promise<void> {
    if (!(error instanceof TransferError) || !error.passing) throw error;
    const { retries, wait, signal } = this.#settings;
    const pause = error.retryAfter ?? wait * 2 ** this.#failures;
    if (this.#failures >= retries || pause > LONGEST_WAIT || signal?.aborted) throw this.#givingUp(error);
    this.#failures++;
    await setTimeout(pause, undefined, signal && { signal });
  }

  /**
   * Records a response that contained only part of the requested bytes, as some servers send for long files. Throws TransferError if the
   * parts are so small that the requests would never end.
   */
  afterPart(bytes: number): void {
    this.#parts++;
    this.#bytes += bytes;
    if (this.#parts <= FREE_PARTS + this.#bytes / LEAST_PART) return;
    const message = `the server sends the file in parts that are too small: ${this.#bytes} bytes in ${this.#parts} answers`;
    throw new TransferError('unexpected-answer', message);
  }

  /** Resets the count of failures. */
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
