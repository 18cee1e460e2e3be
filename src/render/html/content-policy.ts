/** The Content-Security-Policy of the page: its own style sheet and its own script, by their digests, and nothing else. */

import { createHash } from 'node:crypto';

export function contentPolicy(style: string, script: string): string {
  return [
    "default-src 'none'",
    `style-src '${digest(style)}'`,
    `script-src '${digest(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function digest(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
