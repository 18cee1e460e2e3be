/**
 * Addresses as they may be shown: without passwords, and without what signs a request. Logs and reports are read by many. The text may
 * be of any length and from anywhere, so each expression looks at every character a bounded number of times.
 */

/** User and password before a host. In a password that was not encoded there may be a slash; what looks like a port is none. */
const USER = /(:\/\/)(?:[^\s/?#@[:]*:(?!\d*(?:[/?#\s]|$))[^\s@]*|[^\s/?#@]*)(?:@[^\s/?#@]*)*@/g;

/** A parameter up to its `=`, and what stands behind it. */
const PARAMETER = /[?&][^=&#\s]*/g;
const VALUE = /[^&#\s]+/y;
/** Names of parameters that speak of a secret. */
const SECRET = /token|key|sig|secret|auth|pass|credential/i;

/** A text with three stars for each secret in an address. */
export function withoutSecrets(text: string): string {
  return text.includes('://') ? withoutParameters(text.replace(/\S+/g, withoutUsers)) : text;
}

/** What signs a request in the address of an object: of S3 and those like it, of Google's and of Azure's storage, of CloudFront. */
const SIGNING =
  /^[?&](?:x-(?:amz|goog|id)[\w-]*|awsaccesskeyid|googleaccessid|key-pair-id|policy|signature|expires|s[a-z]|sks?|ske|skoid|sktid|skv|sdd|spr|sig|auth_key)=/i;

/** An address without what signs it: the same for every time that it is signed anew. */
export function withoutSignature(target: string): string {
  const at = target.includes('://') ? target.indexOf('?') : -1;
  if (at < 0) return target;
  const kept = target
    .slice(at + 1)
    .split('&')
    .filter((parameter) => !SIGNING.test(`?${parameter}`));
  return target.slice(0, at) + (kept.length > 0 ? `?${kept.join('&')}` : '');
}

/** Behind the last @ of a word there is no user: without this a word of many `://` would be searched for one from each of them. */
function withoutUsers(word: string): string {
  const end = word.lastIndexOf('@') + 1;
  return word.slice(0, end).replace(USER, '$1***@') + word.slice(end);
}

function withoutParameters(text: string): string {
  let shown = '';
  let at = 0;
  for (const { index, 0: name } of text.matchAll(PARAMETER)) {
    const from = index + name.length + 1;
    if (index < at || text[from - 1] !== '=' || !SECRET.test(name)) continue;
    VALUE.lastIndex = from;
    const value = VALUE.exec(text);
    if (value === null) continue;
    shown += `${text.slice(at, from)}***`;
    at = from + value[0].length;
  }
  return shown + text.slice(at);
}
