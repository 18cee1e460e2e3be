/**
 * Constructs with which a template reaches from a value to the program that runs it. llama.cpp's engine does not support them; a Python
 * engine without a sandbox runs them with the rights of its user.
 */

import type { Piece, Token } from './jinja-pieces.js';
import { boundNames, isName, isOperator } from './names.js';

export interface Reach {
  /** The construct, for example `__globals__`. */
  what: string;
  at: number;
}

/** Attributes of every Python object, through which all other objects can be reached. */
const CLIMBING = /^__(?!_)\w+__$/;
/** An underscore that is written as an escape sequence to hide it. */
const DISGUISED = /\\(?:x5f|u005f|U0000005f|137)/i;

const FUNCTIONS: ReadonlySet<string> = new Set([
  ...['eval', 'exec', 'compile', 'open', 'input', 'breakpoint', 'getattr', 'setattr', 'delattr', 'globals', 'locals'],
  ...['vars', 'popen', 'system', 'check_output', '__import__'],
]);

/** Methods that start programs, whatever they are called on. */
const METHODS: ReadonlySet<string> = new Set(['popen', 'check_output', 'Popen', 'getoutput', 'execve']);

/** Modules of Python and objects of web frameworks; they count only if the template has no variable of that name. */
const OBJECTS: ReadonlySet<string> = new Set([
  ...['os', 'sys', 'subprocess', 'builtins', 'importlib', 'shutil', 'socket', 'pickle', 'ctypes'],
  ...['request', 'config', 'current_app', 'application', 'self'],
]);

/** Statements that load another file. */
const LOADING: ReadonlySet<string> = new Set(['include', 'import', 'from', 'extends']);

/** All constructs found, in the order of the template. */
export function reachesOf(pieces: readonly Piece[]): Reach[] {
  const bound = boundNames(pieces);
  return pieces.flatMap(({ kind, tokens }) => {
    const found = tokens.flatMap((token, i): Reach[] => {
      const what = reachOf(tokens, token, i, bound);
      return what === null ? [] : [{ what, at: token.at }];
    });
    const [first] = tokens;
    if (kind === 'statement' && first !== undefined && LOADING.has(first.text)) {
      found.unshift({ what: `{% ${first.text} %}`, at: first.at });
    }
    return found;
  });
}

function reachOf(tokens: readonly Token[], token: Token, i: number, bound: ReadonlySet<string>): string | null {
  const { kind, text } = token;
  const [before, after] = [tokens[i - 1], tokens[i + 1]];
  if (kind === 'string') {
    if (CLIMBING.test(text)) return text;
    if (DISGUISED.test(text)) return 'an underscore written as an escape';
    // A name joined from harmless-looking pieces: ['__cla' ~ 'ss__'].
    const joined = isOperator(after, '~') || isOperator(after, '+') ? tokens[i + 2] : undefined;
    return joined?.kind === 'string' && CLIMBING.test(text + joined.text) ? text + joined.text : null;
  }
  if (kind !== 'name') return null;
  if (CLIMBING.test(text)) return text;
  if (isOperator(before, '.')) {
    if (text.startsWith('_TemplateReference')) return text;
    return METHODS.has(text) && isOperator(after, '(') ? `.${text}()` : null;
  }
  if (isOperator(before, '|')) return text === 'attr' ? '|attr' : null;
  if (bound.has(text) || isName(before, 'is')) return null;
  if (FUNCTIONS.has(text) && isOperator(after, '(')) return `${text}()`;
  if (text === 'lipsum') return text;
  if (OBJECTS.has(text) && (isOperator(after, '.') || isOperator(after, '['))) return text;
  return null;
}
