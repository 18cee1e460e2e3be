/** The part of Node's Buffer that reading a header and a vocabulary needs, for browsers: the build replaces the global with it. */

const LATIN1_PIECE = 8192;

/** Keeps a byte order mark as part of the text, as Node does. */
const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

class Bytes extends Uint8Array {
  toString(encoding = 'utf8', start = 0, end = this.length) {
    const part = this.subarray(start, end);
    if (encoding === 'hex') return Array.from(part, (byte) => byte.toString(16).padStart(2, '0')).join('');
    if (encoding !== 'latin1') return UTF8.decode(part);
    let text = '';
    for (let at = 0; at < part.length; at += LATIN1_PIECE) {
      text += String.fromCharCode(...part.subarray(at, at + LATIN1_PIECE));
    }
    return text;
  }

  readInt32LE(at) {
    return this.#view.getInt32(at, true);
  }

  readUInt32LE(at) {
    return this.#view.getUint32(at, true);
  }

  readUInt32BE(at) {
    return this.#view.getUint32(at);
  }

  /** Made once and kept: a vocabulary reads one length for each token. */
  #made;
  get #view() {
    this.#made ??= new DataView(this.buffer, this.byteOffset, this.length);
    return this.#made;
  }

  equals(other) {
    return this.length === other.length && this.every((byte, i) => byte === other[i]);
  }
}

const alloc = (size) => new Bytes(size);

/** From a text, base64, hex, bytes, or a part of a buffer. */
function from(value, second, third) {
  if (typeof value === 'string') {
    if (second === 'base64') return Bytes.from(atob(value), (sign) => sign.charCodeAt(0));
    if (second === 'hex') return Bytes.from(value.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
    const bytes = new TextEncoder().encode(value);
    return new Bytes(bytes.buffer, 0, bytes.length);
  }
  return value instanceof ArrayBuffer ? new Bytes(value, second, third) : Bytes.from(value);
}

function concat(list) {
  const all = new Bytes(list.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const bytes of list) {
    all.set(bytes, at);
    at += bytes.length;
  }
  return all;
}

export const Buffer = {
  ...{ alloc, allocUnsafe: alloc, allocUnsafeSlow: alloc, from, concat },
  byteLength: (text) => new TextEncoder().encode(text).length,
};
