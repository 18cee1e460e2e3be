/**
 * Matches regular expressions of `-ot` against tensor names like llama.cpp (`std::regex_search`; ECMAScript syntax in both). The pattern
 * comes from the user and the names from a file, so all paths through the pattern are followed at the same time: the work is bounded by the
 * pattern length times the name length. Only constructs that need backtracking are not supported: `\1`, `(?=…)`.
 */

/** People do not type longer patterns; llama.cpp's own `--fit` writes one pattern for each layer. */
const MAX_PATTERN = 1024;
/** Maximum number of steps, with `{n,m}` expanded. */
const MAX_STEPS = 4096;
/** ggml's names have at most 63 characters. */
const MAX_NAME = 64;

/**
 * A step of a compiled pattern: reads a character (this one, or one of a class), tests a position, or continues at one of several steps
 * (relative to itself).
 */
type Step = { reads: string | RegExp } | { at: '^' | '$' | '\\b' | '\\B' } | { to: number[] };

/** Null if the pattern is not a valid regular expression, or not one supported here (`patternFault` states the reason). */
export function matcherOf(pattern: string): ((name: string) => boolean) | null {
  const steps = compiled(pattern);
  if (typeof steps === 'string') return null;
  const start = literalStart(steps);
  return (name) => {
    const known = name.slice(0, MAX_NAME);
    // A fit tries dozens of placements, each with one pattern per layer on all tensors; most names fail on the layer number.
    return known.includes(start) && isFound(steps, known);
  };
}

/** Why a pattern cannot be used, as the end of a sentence; null if it can. */
export function patternFault(pattern: string): string | null {
  const steps = compiled(pattern);
  return typeof steps === 'string' ? steps : null;
}

function compiled(pattern: string): Step[] | string {
  if (pattern === '') return 'is empty';
  if (pattern.length > MAX_PATTERN) return `is longer than ${MAX_PATTERN} characters`;
  try {
    new RegExp(pattern);
  } catch {
    return 'is not a regular expression';
  }
  if (/\(\?(?!:)|\\[1-9k]/.test(pattern.replaceAll(/\\\\/g, 'x'))) {
    return 'uses lookaround or back-references, which are not supported';
  }
  const reader = new PatternReader(pattern);
  try {
    return reader.alternatives();
  } catch (error) {
    if (error instanceof RangeError) return 'is too long once its repeats are written out';
    throw error;
  }
}

/** One unit: any escape, a class, or a single character. Each is valid syntax and becomes its own RegExp. */
const ATOM = /\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|c[A-Za-z]|[\s\S])|\[(?:\\[\s\S]|[^\]\\])*\]|[\s\S]/y;
const REPEAT = /(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/y;

/** Compiles a pattern that RegExp has accepted. Throws RangeError if it has more than `MAX_STEPS` steps. */
class PatternReader {
  #at = 0;
  readonly #pattern: string;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  alternatives(): Step[] {
    let steps = this.#sequence();
    while (this.#pattern[this.#at] === '|') {
      this.#at++;
      const other = this.#sequence();
      steps = limited([{ to: [1, steps.length + 2] }, ...steps, { to: [other.length + 1] }, ...other]);
    }
    return steps;
  }

  #sequence(): Step[] {
    const steps: Step[] = [];
    while (this.#at < this.#pattern.length && !'|)'.includes(this.#pattern[this.#at] as string)) {
      steps.push(...this.#repeated(this.#one()));
      limited(steps);
    }
    return steps;
  }

  #one(): Step[] {
    if (this.#pattern[this.#at] === '(') {
      this.#at += this.#pattern.startsWith('(?:', this.#at) ? 3 : 1;
      const inside = this.alternatives();
      this.#at++;
      return inside;
    }
    const atom = this.#take(ATOM)?.[0] ?? '';
    if (atom === '^' || atom === '$' || atom === '\\b' || atom === '\\B') return [{ at: atom }];
    // An escaped punctuation mark means itself; an escaped letter or digit is a class or a control character.
    const literal = atom.length === 1 ? /[^.]/.exec(atom) : /^\\([^\w\n])$/.exec(atom);
    return [{ reads: literal?.at(-1) ?? new RegExp(`^(?:${atom})$`) }];
  }

  #repeated(steps: Step[]): Step[] {
    const repeat = this.#take(REPEAT);
    if (repeat === null) return steps;
    const [, sign, from = '0', comma, to = ''] = repeat;
    const least = sign === undefined ? Number(from) : sign === '+' ? 1 : 0;
    const endless = sign === undefined ? comma === ',' && to === '' : sign !== '?';
    const most = sign === undefined ? Number(comma === ',' ? to : from) : 1;
    if (Math.max(least, most) * (steps.length + 1) > MAX_STEPS) throw new RangeError(String(steps.length));
    const must = Array.from({ length: least }, () => steps).flat();
    if (endless) return limited([...must, { to: [1, steps.length + 2] }, ...steps, { to: [-steps.length - 1] }]);
    const may = Array.from({ length: most - least }, () => [{ to: [1, steps.length + 1] }, ...steps]).flat();
    return limited([...must, ...may]);
  }

  #take(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#pattern);
    if (found !== null) this.#at = expression.lastIndex;
    return found;
  }
}

function limited(steps: Step[]): Step[] {
  if (steps.length > MAX_STEPS) throw new RangeError(String(steps.length));
  return steps;
}

/** The characters that every match begins with. */
function literalStart(steps: readonly Step[]): string {
  let start = '';
  for (const step of steps) {
    if (!('reads' in step) || typeof step.reads !== 'string') break;
    start += step.reads;
  }
  return start;
}

/** Whether any part of the name matches. */
function isFound(steps: readonly Step[], name: string): boolean {
  let reached: number[] = [];
  for (let at = 0; at <= name.length; at++) {
    const here = reachable(steps, [...reached, 0], name, at);
    if (here.has(steps.length)) return true;
    reached = [];
    for (const index of here) {
      const step = steps[index];
      if (step !== undefined && 'reads' in step && isRead(step.reads, name[at] ?? '')) reached.push(index + 1);
    }
  }
  return false;
}

const isRead = (wanted: string | RegExp, character: string) =>
  typeof wanted === 'string' ? wanted === character : wanted.test(character);

/** The steps that can be reached without reading a character. */
function reachable(steps: readonly Step[], starts: number[], name: string, at: number): Set<number> {
  const seen = new Set<number>();
  const open = starts;
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (seen.has(index)) continue;
    seen.add(index);
    const step = steps[index];
    if (step === undefined || 'reads' in step) continue;
    if ('to' in step) for (const distance of step.to) open.push(index + distance);
    else if (holds(step.at, name, at)) open.push(index + 1);
  }
  return seen;
}

function holds(place: '^' | '$' | '\\b' | '\\B', name: string, at: number): boolean {
  if (place === '^') return at === 0;
  if (place === '$') return at === name.length;
  return (isWord(name[at - 1]) !== isWord(name[at])) === (place === '\\b');
}

const isWord = (character: string | undefined) => character !== undefined && /\w/.test(character);
