/** Web pages of a model: where it was read from, and the pages in its metadata. Only https addresses, without secrets. */

import { type GgufFile, metadataValue } from '../gguf/decode.js';
import { stringOrNull } from '../model/hyperparameters.js';
import type { LinkReport } from './explain-schema.js';

/** The keys that name a page, the most informative first. */
const KEYS: readonly (readonly [what: LinkReport['what'], key: string])[] = [
  ['model', 'general.repo_url'],
  ['model', 'general.url'],
  ['base', 'general.source.repo_url'],
  ['base', 'general.source.url'],
  ['base', 'general.base_model.0.repo_url'],
  ['license', 'general.license.link'],
];

/** Longest address in UTF-16 units; a longer one is not the page of a model. */
const MOST_OF_AN_ADDRESS = 400;

/** At most one link of each kind. `name` is the model as the user typed it. */
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

/** Keeps only host and path of an https address: a user, a query or a fragment can contain a secret. */
export function webAddress(text: string): string | undefined {
  if (text.length > MOST_OF_AN_ADDRESS || !URL.canParse(text)) return undefined;
  const { protocol, host, pathname } = new URL(text);
  const isHost = host.includes('.') && /^[\w.-]+(?::\d+)?$/.test(host);
  return protocol === 'https:' && isHost ? `https://${host}${strictPath(pathname)}` : undefined;
}

/** Percent-encodes all characters that RFC 3986 does not allow in a path; browsers leave some of them unchanged. */
function strictPath(pathname: string): string {
  return pathname.replace(/[^\w.~!$&'()*+,;=:@/%-]|%(?![\da-f]{2})/gi, (sign) => encodeURIComponent(sign));
}
