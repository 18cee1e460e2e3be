/**
 * Removes passwords and request signatures from addresses, because many people read logs and reports. The text is untrusted and may have
 * any length, so each expression examines every character a bounded number of times.
 */

/** User and password before a host. A password that was not encoded may contain a slash; text that looks like a port is not a password. */
const USER = /(:\/\/)(?:[^\s/?#@[:]*:(?!\d*(?:[/?#\s]|$))[^\s@]*|[^\s/?#@]*)(?:@[^\s/?#@]*)*@/g;

/** A parameter up to its `=`, and its value. */
const PARAMETER = /[?&][^=&#\s]*/g;
const VALUE = /[^&#\s]+/y;
/** Words in the names of parameters with secrets. */
const SECRET = /token|key|sig|secret|auth|pass|credential/i;

/** Replaces each secret in an address by three stars. */
export function withoutSecrets(text: string): string {
  return text.includes('://') ? withoutParameters(text.replace(/\S+/g, withoutUsers)) : text;
}

/** Parameters that sign a request for a stored object: S3 and compatible services, Google's and Azure's storage, CloudFront. */
const SIGNING =
  /^[?&](?:x-(?:amz|goog|id)[\w-]*|awsaccesskeyid|googleaccessid|key-pair-id|policy|signature|expires|s[a-z]|sks?|ske|skoid|sktid|skv|sdd|spr|sig|auth_key)=/i;

/** An address without its signature, which stays the same each time it is signed again. */
export function withoutSignature(target: string): string {
  const at = target.includes('://') ? target.indexOf('?') : -1;
  if (at < 0) return target;
  const kept = target
    .slice(at + 1)
    .split('&')
    .filter((parameter) => !SIGNING.test(`?${parameter}`));
  return target.slice(0, at) + (kept.length > 0 ? `?${kept.join('&')}` : '');
}

/** After the last @ of a word there is no user. Without this limit, a word with many `://` would be searched from each of them. */
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
