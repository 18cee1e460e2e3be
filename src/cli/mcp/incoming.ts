/**
 * Reads messages from standard input, one on each line. A line that is not a message is answered at once. The protocol's own reader would
 * leave the sender without an answer, and would stop the server at a line that is too long.
 */

import { PassThrough, type Readable } from 'node:stream';
import { type JSONRPCMessage, parseJSONRPCMessage } from '@modelcontextprotocol/server';

/** Most bytes of a line: calls of these tools have a few hundred. */
const MOST_OF_A_MESSAGE = 1024 * 1024;

/** JSON-RPC's codes for the reasons why a line is not a message. */
const PARSE_ERROR = -32700;
const INVALID_REQUEST = -32600;

/** The answer to a line that is not a message; `id` if the line has one. */
interface Refusal {
  id: string | number | null;
  error: { code: number; message: string };
}

const TOO_LONG: Refusal = {
  id: null,
  error: { code: INVALID_REQUEST, message: `the message has more than ${MOST_OF_A_MESSAGE} bytes` },
};

export interface Incoming {
  /** The lines that are messages. The receiver of this object ends the stream. */
  messages: PassThrough;
  /** Resolves when the input has ended. */
  ended: Promise<void>;
}

/** The messages of a stream. `refuse` gets the answer to a line that is not a message, `take` gets each message. */
export function messagesFrom(
  input: Readable,
  refuse: (answer: object) => void,
  take: (message: JSONRPCMessage) => void,
): Incoming {
  const messages = new PassThrough();
  let parts: Buffer[] = [];
  let bytes = 0;
  const add = (part: Buffer) => {
    bytes += part.length;
    if (bytes <= MOST_OF_A_MESSAGE) parts.push(part);
    else parts = [];
  };
  const endLine = () => {
    const line = Buffer.concat(parts).toString('utf8').trim();
    const tooLong = bytes > MOST_OF_A_MESSAGE;
    [parts, bytes] = [[], 0];
    if (line === '' && !tooLong) return;
    const { message, refusal } = tooLong ? { refusal: TOO_LONG } : messageIn(line);
    if (message === undefined) return refuse({ jsonrpc: '2.0', ...refusal });
    take(message);
    messages.write(`${line}\n`);
  };
  input.on('data', (chunk: Buffer) => {
    let from = 0;
    for (let end = chunk.indexOf(NEW_LINE); end >= 0; end = chunk.indexOf(NEW_LINE, from)) {
      add(chunk.subarray(from, end));
      endLine();
      from = end + 1;
    }
    add(chunk.subarray(from));
  });
  const ended = new Promise<void>((resolve) => {
    input.once('end', endLine);
    for (const event of ['end', 'error', 'close']) input.once(event, () => resolve());
  });
  return { messages, ended };
}

const NEW_LINE = 10;

/** The message in a line, or the reason why there is none. */
function messageIn(line: string): { message: JSONRPCMessage; refusal?: never } | { message?: never; refusal: Refusal } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { refusal: { id: null, error: { code: PARSE_ERROR, message: 'the line is not JSON' } } };
  }
  try {
    return { message: parseJSONRPCMessage(value) };
  } catch {
    const { id } = Object(value) as { id?: unknown };
    const own = typeof id === 'string' || Number.isSafeInteger(id) ? (id as string | number) : null;
    return { refusal: { id: own, error: { code: INVALID_REQUEST, message: NOT_A_MESSAGE } } };
  }
}

const NOT_A_MESSAGE = 'the line is not a message of JSON-RPC 2.0: an object whose id is a text or a whole number';
