/**
 * Markup, and the only way to write it. `html` escapes everything that is put into a template, in text and in quoted attributes, except
 * markup that `html` itself has made. So a name from a file can never become a tag, an attribute or a script. The output is also
 * well-formed XML: every element is closed, every attribute quoted.
 */

import { sanitize } from '../sanitize.js';

/** Finished markup. Only `html` makes it, and the picture of the flow, which escapes what it writes. */
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

/** Text for elements and quoted attributes; invisible characters and those that change the direction of writing become visible escapes. */
export function escapeHtml(text: string): string {
  return sanitize(text).replace(/[&<>"']/g, (sign) => SIGNS[sign] as string);
}

/** Joins pieces with a separator. */
export function joined(pieces: readonly Markup[], between: string): Markup {
  return { markup: pieces.map(({ markup }) => markup).join(escapeHtml(between)) };
}
