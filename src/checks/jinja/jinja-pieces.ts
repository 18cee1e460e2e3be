/**
 * Splits a Jinja template into pieces: text, `{{ expressions }}`, `{% statements %}` and `{# comments #}`, with the code in tokens. The
 * template is only read, never run. If it cannot be split further, a fault is reported and the rest is kept as text.
 */

export interface Token {
  kind: 'name' | 'string' | 'number' | 'operator';
  /** For a string, the source text between its quotes. */
  text: string;
  /** Index in the template, in UTF-16 units. */
  at: number;
}

export interface Piece {
  kind: 'text' | 'expression' | 'statement' | 'comment';
  /** The whole piece, with its delimiters. */
  text: string;
  at: number;
  /** Only for expressions and statements. */
  tokens: readonly Token[];
}

export interface Fault {
  at: number;
  /** For example `a {% without an end`. */
  what: string;
}

export interface Pieces {
  pieces: readonly Piece[];
  fault: Fault | null;
}

const OPENING = /\{[{%#]/g;
const RAW_END = /\{%[-+]?\s*endraw\s*[-+]?%\}/g;

export function cutTemplate(source: string): Pieces {
  const pieces: Piece[] = [];
  const addText = (from: number, to: number) => {
    if (to > from) pieces.push({ kind: 'text', text: source.slice(from, to), at: from, tokens: [] });
  };
  for (let at = 0; at < source.length; ) {
    OPENING.lastIndex = at;
    const opening = OPENING.exec(source);
    if (opening === null) {
      addText(at, source.length);
      break;
    }
    addText(at, opening.index);
    at = opening.index;
    const piece = source[at + 1] === '#' ? cutComment(source, at) : cutCode(source, at);
    if ('what' in piece) {
      addText(at, source.length);
      return { pieces, fault: piece };
    }
    pieces.push(piece);
    at += piece.text.length;
    if (piece.kind === 'statement' && piece.tokens[0]?.text === 'raw') {
      RAW_END.lastIndex = at;
      const end = RAW_END.exec(source);
      if (end === null) {
        addText(at, source.length);
        return { pieces, fault: { at: piece.at, what: 'a raw block without its endraw' } };
      }
      addText(at, end.index);
      pieces.push({
        kind: 'statement',
        text: end[0],
        at: end.index,
        tokens: [{ kind: 'name', text: 'endraw', at: end.index }],
      });
      at = end.index + end[0].length;
    }
  }
  return { pieces, fault: null };
}

function cutComment(source: string, at: number): Piece | Fault {
  const end = source.indexOf('#}', at + 2);
  if (end < 0) return { at, what: 'an unclosed {#' };
  return { kind: 'comment', text: source.slice(at, end + 2), at, tokens: [] };
}

const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** The next token: white space, a name, a number, a string (closed or not), an operator of two characters or of one. */
const TOKEN =
  /(\s+)|([\p{L}_][\p{L}\p{N}_]*)|(\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?)|'((?:[^'\\]|\\[\s\S])*)'|"((?:[^"\\]|\\[\s\S])*)"|(\/\/|\*\*|[=!<>]=|[-+*/%~|.,:;=<>()[\]{}])/giuy;

function cutCode(source: string, start: number): Piece | Fault {
  const opening = source.slice(start, start + 2);
  const closing = opening === '{{' ? '}}' : '%}';
  const tokens: Token[] = [];
  const awaited: string[] = [];
  let at = start + 2;
  if (/[-+]/.test(source[at] ?? '')) at++;
  while (at < source.length) {
    const signed = /[-+]/.test(source[at] as string) ? at + 1 : at;
    if (source.startsWith(closing, signed) && (awaited.length === 0 || closing === '%}')) {
      if (awaited.length > 0) return { at, what: `an unclosed bracket before ${closing}` };
      const kind = opening === '{{' ? 'expression' : 'statement';
      if (tokens.length === 0) return { at: start, what: `an empty ${kind}` };
      return { kind, text: source.slice(start, signed + 2), at: start, tokens };
    }
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(source);
    if (match === null) return { at, what: faultAt(source[at] as string) };
    const [whole, blank, name, number, single, double, operator] = match;
    if (operator !== undefined) {
      const closer = CLOSERS[operator];
      if (closer !== undefined) awaited.push(closer);
      else if (/^[)\]}]$/.test(operator) && awaited.pop() !== operator) return { at, what: `an unmatched ${operator}` };
      tokens.push({ kind: 'operator', text: operator, at });
    } else if (name !== undefined) tokens.push({ kind: 'name', text: name, at });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, at });
    else if (blank === undefined) tokens.push({ kind: 'string', text: (single ?? double) as string, at });
    at += whole.length;
  }
  return { at: start, what: `an unclosed ${opening}` };
}

function faultAt(character: string): string {
  return character === "'" || character === '"' ? 'an unclosed string' : `an unexpected ${character}`;
}
