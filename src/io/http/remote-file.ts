/**
 * A file on a web server: its bytes from any position on, as they arrive. A connection that stalls or breaks is resumed where it stopped,
 * so the reader sees one stream. The connection ends when the reading does.
 */

import { TransferError } from '../transfer-error.js';
import { bodyChunks } from './body.js';
import { lost, refusal } from './failures.js';
import { type Answer, follow, type Route } from './follow.js';
import { identityOf, lengthOf, partOf, requireFile } from './head.js';
import { type HttpSettings, Patience } from './patience.js';

/** Options of a request. */
export interface RemoteFileOptions {
  /** Headers sent only to the origin of the address: tokens, and headers that the user gave. */
  secrets: Readonly<Record<string, string>>;
  settings: HttpSettings;
  /** Rewords an error with knowledge of the specific server. */
  reword?: ((error: TransferError) => TransferError) | undefined;
  /** The expected SHA-256 of the file in hexadecimal, and its source, if known before the request. */
  digest?: { sha256: string; from: string } | undefined;
}

/** A body that has started to arrive. `start` is the position of its first byte, `end` the position after its last byte, if known. */
interface Body extends Answer {
  start: number;
  end: number | undefined;
}

/** After this many bytes, a broken connection still counts as progress. */
const PROGRESS = 1024 * 1024;

/** The statuses with which servers refuse an expired address. */
const RUN_OUT = [401, 403, 404, 410];

export class RemoteFile {
  /** Size of the file in bytes, once a server has stated it. */
  size: number | undefined;
  /** Whether the server supports ranges; undefined before the first range request. */
  ranges: boolean | undefined;
  /** The SHA-256 of the file in hexadecimal, once a server has stated it. */
  sha256: string | undefined;
  /** The source of the SHA-256. */
  readonly digestFrom: string;
  readonly #given: Route;
  readonly #options: RemoteFileOptions;
  #route: Route;
  #identity: string | undefined;

  /** `url` may contain a user name and a password. */
  constructor(url: URL, options: RemoteFileOptions) {
    this.#given = { url, secrets: options.secrets };
    this.#route = this.#given;
    this.#options = options;
    this.sha256 = options.digest?.sha256;
    this.digestFrom = options.digest?.from ?? 'the hub';
  }

  /** The path of its address, percent-encoded. */
  get pathname(): string {
    return this.#given.url.pathname;
  }

  /**
   * The bytes from a position on. When the promise resolves, the server has responded, and the size is known if the server states it.
   * Throws TransferError, here or during reading. With `until`, only the bytes before it are requested.
   */
  async open(from = 0, until?: number): Promise<AsyncGenerator<Uint8Array, void, void>> {
    const patience = new Patience(this.#options.settings);
    return this.#chunks(from, await this.#ask(from, patience, until), patience, until);
  }

  async *#chunks(
    from: number,
    first: Body | null,
    patience: Patience,
    until: number | undefined,
  ): AsyncGenerator<Uint8Array, void, void> {
    let at = from;
    for (let body = first; body !== null; body = await this.#ask(at, patience, until)) {
      const begun = at;
      try {
        let skipped = at - body.start;
        for await (const chunk of bodyChunks(body.response, this.#options.settings)) {
          const wanted = skipped > 0 ? chunk.subarray(skipped) : chunk;
          skipped -= chunk.length - wanted.length;
          at += wanted.length;
          if (at > (body.end ?? Number.POSITIVE_INFINITY)) throw tooLong(body.end);
          if (wanted.length > 0) yield wanted;
        }
        if (until !== undefined && at >= until) return;
        if (this.size === undefined ? body.end === undefined : at >= this.size) return;
        // Some servers send a part of limited size and say so; then the next part is requested.
        if (body.end === undefined || at < body.end || at === begun) {
          throw lost(`after ${at} of ${this.size ?? 'an unknown number of'} bytes`);
        }
        patience.afterPart(at - begun);
      } catch (error) {
        // A long transfer may have many failures; only a server without progress is given up.
        if (at - begun >= PROGRESS) patience.renew();
        await this.#afterFailure(error, patience);
      }
    }
  }

  /** Retries until there is a response with a body; null if the file ends before the position. */
  async #ask(from: number, patience: Patience, until: number | undefined): Promise<Body | null> {
    for (;;) {
      try {
        return await this.#request(from, until);
      } catch (error) {
        await this.#afterFailure(error, patience);
      }
    }
  }

  async #afterFailure(error: unknown, patience: Patience): Promise<void> {
    const { reword } = this.#options;
    const better = error instanceof TransferError && reword !== undefined ? reword(error) : error;
    // Redirect targets often expire after a short time.
    if (this.#route !== this.#given && error instanceof TransferError && RUN_OUT.includes(error.answer?.status ?? 0)) {
      this.#route = this.#given;
      return;
    }
    await patience.afterFailure(better);
  }

  async #request(from: number, until: number | undefined): Promise<Body | null> {
    const last = until === undefined ? '' : until - 1;
    const range: Record<string, string> = from === 0 && last === '' ? {} : { range: `bytes=${from}-${last}` };
    // If the file at the address has changed, the server sends the whole file, which is then detected.
    if (from > 0 && this.#identity !== undefined) range['if-range'] = this.#identity;
    const { response, route, sha256 } = await follow(this.#route, range, this.#options.settings);
    this.sha256 ??= sha256;
    try {
      const part = partOf(response.headers);
      // A position past the end can only be requested if the size is unknown.
      if (response.statusCode === 416 && from > 0 && (part?.size ?? this.size ?? from) <= from) {
        this.#recognize(part?.size, undefined);
        response.destroy();
        return null;
      }
      if (response.statusCode !== 200 && response.statusCode !== 206) throw refusal(response);
      requireFile(response);
      if (response.statusCode === 206 && part?.start !== from) {
        throw new TransferError('no-ranges', 'the server sends a different part of the file than requested');
      }
      const whole = response.statusCode === 200;
      this.#recognize(whole ? lengthOf(response.headers) : part?.size, identityOf(response.headers));
      if (from > 0) this.ranges = !whole;
      this.#route = route;
      return { response, route, start: whole ? 0 : from, end: whole ? this.size : part?.end };
    } catch (error) {
      response.destroy();
      throw error;
    }
  }

  /** All responses must be about the same file. */
  #recognize(size: number | undefined, identity: string | undefined): void {
    const otherSize = size !== undefined && this.size !== undefined && size !== this.size;
    const other = identity !== undefined && this.#identity !== undefined && identity !== this.#identity;
    if (otherSize || other) {
      throw new TransferError('changed-meanwhile', 'the file on the server has changed while it was read', {
        hint: 'try again',
      });
    }
    this.size ??= size;
    this.#identity ??= identity;
  }
}

function tooLong(end: number | undefined): TransferError {
  return new TransferError('wrong-length', `the server sends more than the ${end} bytes that it announced`);
}
