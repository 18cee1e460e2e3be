/** Web pages of a model: where it was read from, and what its metadata names. Only https addresses, without anything secret in them. */

import { type GgufFile, metadataValue } from '../gguf/decode.js';
import { stringOrNull } from '../model/hyperparameters.js';
import type { LinkReport } from './explain-schema.js';

/** The keys that name a page, the one that says most first. */
const KEYS: readonly (readonly [what: LinkReport['what'], key: string])[] = [
  ['model', 'general.repo_url'],
  ['model', 'general.url'],
  ['base', 'general.source.repo_url'],
  ['base', 'general.source.url'],
  ['base', 'general.base_model.0.repo_url'],
  ['license', 'general.license.link'],
];

/** Of an address, in UTF-16 units: what is longer is not the page of a model. */
const MOST_OF_AN_ADDRESS = 400;

/** One link of each kind at most. `name` is what was typed for the model. */
export function modelLinks(name: string, file: GgufFile): LinkReport[] {
  const links: LinkReport[] = [];
  const add = (what: LinkReport['what'], text: string | null) => {
    const url = text === null ? undefined : webAddress(text);
    if (url !== undefined && !links.some((link) => link.what === what || link.url === url)) links.push({ what, url });
  };
  add('source', sourceOf(name));
  for (const [what, key] of KEYS) add(what, stringOrNull(metadataValue(file, key)));
  return links;
}

/** The page of a repository of the hub, or the address itself. */
function sourceOf(name: string): string | null {
  const repository = /^hf:(?:\/\/)?([\w-][\w.-]*\/[\w-][\w.-]*)/i.exec(name)?.[1];
  if (repository !== undefined) return `https://huggingface.co/${repository}`;
  return /^https:/i.test(name) ? name : null;
}

/** Of an https address the host and path: a user, a query or a fragment can hold a secret. */
export function webAddress(text: string): string | undefined {
  if (text.length > MOST_OF_AN_ADDRESS || !URL.canParse(text)) return undefined;
  const { protocol, host, pathname } = new URL(text);
  const isHost = host.includes('.') && /^[\w.-]+(?::\d+)?$/.test(host);
  return protocol === 'https:' && isHost ? `https://${host}${strictPath(pathname)}` : undefined;
}

/** With what RFC 3986 has no place for in a path as bytes: browsers leave some of it as it is. */
function strictPath(pathname: string): string {
  return pathname.replace(/[^\w.~!$&'()*+,;=:@/%-]|%(?![\da-f]{2})/gi, (sign) => encodeURIComponent(sign));
}
