/** Addresses as they may be shown: without passwords, and without what signs a request. Logs and reports are read by many. */

/** User and password before a host. In a password that was not encoded there may be a slash; what looks like a port is none. */
const USER = /\b([a-z][a-z\d+.-]*:\/\/)(?:[^\s/?#@[:]*:(?!\d*(?:[/?#\s]|$))[^\s@]*|[^\s/?#@]*)(?:@[^\s/?#@]*)*@/gi;
/** Parameters whose names speak of a secret. */
const PARAMETER = /([?&][^=&#\s]*(?:token|key|sig|secret|auth|pass|credential)[^=&#\s]*=)[^&#\s]+/gi;

/** A text with three stars for each secret in an address. */
export function withoutSecrets(text: string): string {
  return text.includes('://') ? text.replace(USER, '$1***@').replace(PARAMETER, '$1***') : text;
}
