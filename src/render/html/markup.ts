/**
 * Markup and the one way to write it. `html` escapes all that is put into a template but markup that `html` itself has made, in text
 * and in quoted attributes alike; so a name from a file can nowhere become a tag, an attribute or a script. What it writes is well-formed
 * XML too: every element is closed, every attribute quoted.
 */

import { sanitize } from '../sanitize.js';

/** Written markup; `html` makes it, and nothing else but the picture of the flow, which escapes what it writes. */
export interface Markup {
  readonly markup: string;
}

type Part = string | number | Markup | readonly Markup[] | undefined;

/** `undefined` writes nothing. */
export function html(pieces: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let markup = pieces[0] as string;
  parts.forEach((part, i) => {
    markup += written(part) + pieces[i + 1];
  });
  return { markup };
}

function written(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escapeHtml(part);
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('');
}

const SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Harmless in text and in quoted attributes; characters that cannot be seen or that turn the writing around become visible. */
export function escapeHtml(text: string): string {
  return sanitize(text).replace(/[&<>"']/g, (sign) => SIGNS[sign] as string);
}

/** Several pieces with something between them. */
export function joined(pieces: readonly Markup[], between: string): Markup {
  return { markup: pieces.map(({ markup }) => markup).join(escapeHtml(between)) };
}
