/** The texts that a template itself contains: its text and the strings in its code, without the comments, which are never output. */

import { withoutTrailing } from '../../words/without-trailing.js';
import type { Piece } from './jinja-pieces.js';

export interface Literal {
  text: string;
  at: number;
}

export function literalsOf(pieces: readonly Piece[]): Literal[] {
  return pieces.flatMap(({ kind, text, at, tokens }): Literal[] => {
    if (kind === 'text') return [{ text, at }];
    return tokens.filter((token) => token.kind === 'string');
  });
}

/** Addresses of schemas only name a format; nothing is downloaded from them. */
const SCHEMA = /^https?:\/\/(?:www\.)?(?:json-schema\.org|w3\.org|schema\.org)\b/i;

const ADDRESS = /\b(?:https?|ftps?|wss?|file):\/\/[^\s'"<>{}\\)\]]{2,}/gi;

/** Web addresses in a text. */
export function addressesIn(text: string): string[] {
  const addresses = (text.match(ADDRESS) ?? []).map((address) => withoutTrailing(address, '.,;:!?'));
  return addresses.filter((address) => !SCHEMA.test(address));
}

/** Commands and markup that download or send something, which a template for conversations does not need. */
const NETWORK_WORDS: readonly (readonly [string, RegExp])[] = [
  ['curl', /\bcurl\s{1,8}(?:-\w|--\w|http)/i],
  ['wget', /\bwget\s{1,8}(?:-\w|--\w|http)/i],
  ['a script element', /<script\b/i],
  ['an iframe element', /<iframe\b/i],
  ['an event handler', /<\w{1,20}\s[^<>]{0,200}\bon(?:error|load|click)\s{0,8}=/i],
  ['a javascript: address', /\bjavascript:\s*\w/i],
  ['a data: address', /\bdata:[\w.+-]+\/[\w.+-]+;base64,/i],
  ['Invoke-WebRequest', /\bInvoke-(?:WebRequest|RestMethod|Expression)\b/i],
  ['a shell', /\b(?:bash|sh|zsh|powershell|cmd)(?:\.exe)?\s{1,8}(?:-c|\/c|-enc\w{0,12})\s/i],
  ['/dev/tcp', /\/dev\/(?:tcp|udp)\//],
];

export function networkWordsIn(text: string): string[] {
  return NETWORK_WORDS.filter(([, pattern]) => pattern.test(text)).map(([name]) => name);
}

/** Words that ask the user or the model to open an address. */
const BROWSE =
  /\b(?:visit|browse to|navigate to|go to|open|click(?: on)?|link to|download(?: from)?)\s{1,8}(?:(?:the|this|following|our|my|a)\s{1,8}){0,3}(?:web ?site|web ?page|url|link|address|www\.)/i;

/** Whether a text contains an address or asks to open one. */
export function sendsSomewhere(text: string): boolean {
  return addressesIn(text).length > 0 || networkWordsIn(text).length > 0 || BROWSE.test(text);
}

/** Runs of Base64 or hexadecimal digits that are longer than any word or key. */
const BLOB = /[A-Za-z0-9+/]{64,}={0,2}|(?:\\x[0-9a-f]{2}){24,}/gi;

/** The first run of encoded data in a text; undefined if there is none. A run of only a few different letters is decoration. */
export function blobIn(text: string): string | undefined {
  return text.match(BLOB)?.find((run) => {
    if (run.startsWith('\\')) return true;
    const hexadecimal = /^[0-9a-f]+$/i.test(run);
    const mixed = /[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run);
    return (hexadecimal || mixed) && new Set(run.toLowerCase()).size >= 10;
  });
}
