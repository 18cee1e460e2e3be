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

/** Bytes that have to come in a second that is waited for, on the average: a line of 1990 brings more. */
const LEAST_RATE = 1000;

/** Whether a body comes fast enough. A byte now and then is not progress: it would keep whoever waits for ever. */
export class Pace {
  /** Milliseconds over which the rate is taken. */
  readonly #window: number;
  #waited = 0;
  #bytes = 0;

  constructor({ stall }: Pick<HttpSettings, 'stall'>) {
    this.#window = stall;
  }

  /** Takes note of bytes, and of the milliseconds that they were waited for. Throws TransferError where they come too slowly. */
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

/** Answers with a part of what was asked for that are taken as they come, and the bytes that each further one has to bring. */
const FREE_PARTS = 16;
const LEAST_PART = 16 * 1024;

/** The failures that one piece of work may have before it is given up, and the answers that it may take. */
export class Patience {
  readonly #settings: HttpSettings;
  #failures = 0;
  #parts = 0;
  #bytes = 0;

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

  /**
   * Takes note of an answer that brought a part of what was asked for, as some servers do with long files. Throws TransferError where the parts
   * are so small that there would be no end of asking.
   */
  afterPart(bytes: number): void {
    this.#parts++;
    this.#bytes += bytes;
    if (this.#parts <= FREE_PARTS + this.#bytes / LEAST_PART) return;
    const message = `the server sends the file in parts that are too small: ${this.#bytes} bytes in ${this.#parts} answers`;
    throw new TransferError('unexpected-answer', message);
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
