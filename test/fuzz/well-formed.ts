/**
 * Checks that text is valid in its format, strictly enough to notice what hostile text would break: unclosed tags, rows of uneven length.
 */

/** Elements of HTML that have no end tag. */
const VOID = ['meta', 'link', 'br', 'hr', 'img', 'input', 'wbr', 'col', 'source'];
const TAG =
  /<(?:!--[\s\S]*?--|!\[CDATA\[[\s\S]*?\]\]|[?!][^<>]*|(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:@.-]+(?:\s*=\s*(?:"[^"<]*"|'[^'<]*'))?)*)\s*(\/?))>/g;
/** Elements whose content HTML takes literally until their end tag. */
const RAW = /(<(script|style)\b[^>]*>)[\s\S]*?(<\/\2>)/g;

/** What is wrong with XML or HTML; null where nothing is. */
export function markupFault(text: string, html: boolean): string | null {
  const markup = html ? text.replace(RAW, '$1$3') : text;
  const open: string[] = [];
  let last = 0;
  const gap = (end: number) => {
    const between = markup.slice(last, end);
    const odd = /[<]|&(?!(?:#\d+|#x[\da-fA-F]+|\w+);)/.exec(between);
    return odd === null ? null : `"${between.slice(Math.max(0, odd.index - 20), odd.index + 20)}" is not escaped`;
  };
  for (const match of markup.matchAll(TAG)) {
    const fault = gap(match.index);
    if (fault !== null) return fault;
    last = match.index + match[0].length;
    const [, slash, name, , selfClosed] = match;
    if (name === undefined || selfClosed === '/' || (html && VOID.includes(name.toLowerCase()))) continue;
    if (slash !== '/') open.push(name);
    else if (open.pop() !== name) return `</${name}> closes nothing`;
  }
  const fault = gap(markup.length);
  if (fault !== null) return fault;
  return open.length === 0 ? null : `<${open.at(-1)}> is not closed`;
}

/** What is wrong with comma-separated values (RFC 4180); null where nothing is. */
export function csvFault(text: string): string | null {
  if (!text.endsWith('\r\n')) return 'the last row does not end';
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  const lengths = new Set<number>();
  for (let columns = 0; field.lastIndex < text.length; ) {
    const at = field.lastIndex;
    const match = field.exec(text);
    if (match === null) return `no field at ${at}`;
    columns++;
    if (/^[=+@]|^-\D/.test(match[1] ?? match[2] ?? '')) return `a formula at ${at}`;
    if (match[3] === ',') continue;
    lengths.add(columns);
    columns = 0;
  }
  return lengths.size === 1 ? null : `rows of ${[...lengths].join(' and ')} columns`;
}

/** What is wrong with a text that should be one JSON value; null where nothing is. */
export function parsed(text: string): { value: unknown } | { fault: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { fault: (error as Error).message };
  }
}
