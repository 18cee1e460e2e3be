/**
 * Runs chat templates with the interpreter of @huggingface/jinja, which llama.cpp's engine is derived from. A template is an untrusted
 * program: its steps and the size of its values are counted, so that it ends soon, at the same place on every machine, and uses little
 * memory. The library's work between two steps is bounded by the size of the values; a time limit is the last safeguard. Loaded only if
 * there is a template.
 */

import { runInThisContext } from 'node:vm';
import * as library from '@huggingface/jinja';
import { mayOpen } from '../../io/open-file.js';

/** A node of a parsed template, and the value that it evaluates to. */
interface Node {
  type: string;
}
interface Value {
  type: string;
  value: unknown;
}

/** The parts of the library that are used here; its own types cannot be resolved under Node's module resolution. */
interface Library {
  Environment: new () => { set(name: string, value: unknown): unknown };
  Interpreter: new (
    environment: object,
  ) => {
    evaluate(node: Node | undefined, environment: object): Value;
    run(program: Node): Value;
  };
  tokenize(source: string, options: { lstrip_blocks: boolean; trim_blocks: boolean }): unknown;
  parse(tokens: unknown): Node;
}

const { Environment, Interpreter, parse, tokenize } = library as unknown as Library;

/** Why rendering did not produce a text. */
export type Failure =
  /** The template itself refuses the conversation (`raise_exception`). */
  | { kind: 'refused'; words: string }
  /** Every engine fails here. */
  | { kind: 'failed'; words: string }
  /** It exceeds the limits. */
  | { kind: 'endless' }
  /** This engine lacks something that the template uses, or is stricter than llama.cpp, so there is no result. */
  | { kind: 'unknown'; words: string };

export type Rendering = { text: string } | Failure;

/** The budget for all renderings of a file together; real templates take a few thousand steps for a short conversation. */
export interface Budget {
  steps: number;
}

export function budgetOfFile(): Budget {
  return { steps: 2_000_000 };
}

/** Most steps of one rendering, plus the length of the template. */
const MOST_STEPS = 400_000;

/** Most characters in a text (plus four times the length of the template), and most values in a list. */
const MOST_CHARACTERS = 65_536;
const MOST_VALUES = 20_000;

/** Most nested expressions, blocks and macros; the library mistakes a stack overflow for an undefined variable. */
const MOST_DEPTH = 400;

/** Characters that count as one step. */
const CHARACTERS_OF_A_STEP = 64;

/** Milliseconds for parsing or rendering; the limit on steps ends a template long before. */
const MOST_MILLISECONDS = 2000;

/** Thrown when a limit is exceeded. It is not an error in the template. */
class TooMuch extends Error {}

/** Thrown by `raise_exception`. */
class Refused extends Error {}

class BoundedInterpreter extends Interpreter {
  readonly #mostCharacters: number;
  readonly #budget: Budget;
  #left: number;
  /** Nesting depth of expressions. */
  #depth = 0;

  /** `length`: characters of the template. The limits grow with it, because a long template may output its own text. */
  constructor(environment: object, length: number, budget: Budget) {
    super(environment);
    this.#mostCharacters = MOST_CHARACTERS + 4 * length;
    this.#left = MOST_STEPS + length;
    this.#budget = budget;
  }

  override evaluate(node: Node | undefined, environment: object): Value {
    this.#spend(1);
    if (this.#depth >= MOST_DEPTH) throw new TooMuch();
    this.#depth++;
    const value = this.#orAsLlamaCpp(node, environment);
    this.#depth--;
    this.#spend(this.#weigh(value, MOST_VALUES));
    return value;
  }

  /** When undefined or none is joined to a text, llama.cpp treats it as an empty text. */
  #orAsLlamaCpp(node: Node | undefined, environment: object): Value {
    const depth = this.#depth;
    try {
      return super.evaluate(node, environment);
    } catch (error) {
      this.#depth = depth;
      const { type, operator, left, right } = node as Partial<Binary>;
      if (type !== 'BinaryExpression' || !(error instanceof Error) || !OF_NOTHING.test(error.message)) throw error;
      if (operator?.value !== '+' && operator?.value !== '~') throw error;
      const values = [this.evaluate(left, environment), this.evaluate(right, environment)];
      const texts = values.filter(({ type }) => type === 'StringValue');
      const nothing = values.filter(({ type }) => type === 'UndefinedValue' || type === 'NullValue');
      if (texts.length !== 1 || nothing.length !== 1) throw error;
      return texts[0] as Value;
    }
  }

  #spend(steps: number): void {
    this.#left -= steps;
    this.#budget.steps -= steps;
    if (this.#left < 0 || this.#budget.steps < 0) throw new TooMuch();
  }

  /** The number of steps that a value counts as. Lists may contain the same list many times, so each reference counts. */
  #weigh({ value }: Value, room: number): number {
    if (typeof value === 'string') {
      if (value.length > this.#mostCharacters) throw new TooMuch();
      return Math.floor(value.length / CHARACTERS_OF_A_STEP);
    }
    if (typeof value !== 'object' || value === null) return 0;
    const inside: Iterable<Value> = Array.isArray(value) ? value : (value as Map<string, Value>).values();
    let weight = 0;
    for (const one of inside) {
      weight += 1 / 8 + this.#weigh(one, room - weight);
      if (weight > room) throw new TooMuch();
    }
    return weight;
  }
}

interface Binary extends Node {
  operator: { value: string };
  left: Node;
  right: Node;
}

const OF_NOTHING = /^Cannot perform operation .* on undefined values$|^Cannot perform operation on null values$/;

/**
 * Errors that llama.cpp's engine raises in the same words. Other errors may occur only in this engine: it has fewer filters and accepts
 * fewer values for them.
 */
const IN_ANY_ENGINE =
  /^(?:Cannot perform operation .* on undefined values|Cannot call something that is not a function: .*|Too (?:few|many) items to unpack.*|Cannot unpack non-iterable type.*)$/;

/** A template that is ready to be rendered, or the reason why it is not. */
export type Prepared = { render(context: Readonly<Record<string, unknown>>): Rendering } | Failure;

/** Parses a template. All renderings with it use the budget. */
export function prepare(source: string, budget: Budget = budgetOfFile()): Prepared {
  const read = limited(() => parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true })), 'failed');
  if (!('value' in read)) return read;
  return { render: (context) => render(read.value, context, source.length, budget) };
}

function render(program: Node, context: Readonly<Record<string, unknown>>, length: number, budget: Budget): Rendering {
  const done = limited(() => {
    const environment = new Environment();
    for (const [name, value] of Object.entries({ ...GLOBALS, ...context })) environment.set(name, value);
    return String(new BoundedInterpreter(environment, length, budget).run(program).value);
  }, 'unknown');
  return 'value' in done ? { text: done.value } : done;
}

/** Names that engines define for every template. The date is fixed. */
const GLOBALS: Readonly<Record<string, unknown>> = {
  ...{ true: true, false: false, none: null, True: true, False: false, None: null },
  raise_exception(words: unknown) {
    throw new Refused(String(words));
  },
  strftime_now: (format: unknown) => String(format).replace(/%[a-zA-Z]/g, (sign) => DAY[sign] ?? '01'),
  range(first: number, last?: number, step = 1) {
    const [from, to] = last === undefined ? [0, first] : [first, last];
    const count = step === 0 ? 0 : Math.max(0, Math.ceil((to - from) / step));
    if (!(count <= MOST_VALUES)) throw new TooMuch();
    return Array.from({ length: count }, (_, i) => from + i * step);
  },
};

const DAY: Readonly<Record<string, string>> = {
  '%Y': '2026',
  '%B': 'January',
  '%b': 'Jan',
  '%A': 'Thursday',
  '%a': 'Thu',
};

/** Does the work within the time limit. `kind` is the kind of an error that may occur only in this engine. */
function limited<T>(work: () => T, kind: 'failed' | 'unknown'): { value: T } | Failure {
  try {
    return { value: withTimeLimit(work) };
  } catch (error) {
    if (error instanceof Refused) return { kind: 'refused', words: error.message };
    if (error instanceof TooMuch || error instanceof RangeError) return { kind: 'endless' };
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return { kind: 'endless' };
    // The library's parser reads past the end of code that it cannot parse.
    if (error instanceof TypeError) return { kind, words: 'its code cannot be parsed' };
    const words = error instanceof Error ? error.message : String(error);
    return { kind: kind === 'failed' || IN_ANY_ENGINE.test(words) ? 'failed' : 'unknown', words };
  }
}

/** The global under which the script finds the work: only a script can be stopped after a time. */
const WORK = Symbol.for('gguf-explain.limited-work');

/** File descriptors that the timer needs, plus those that other threads may open in the meantime. */
const DESCRIPTORS_OF_A_WATCH = 12;

/**
 * Node starts an event loop for the timer, and ends the process if the system has no descriptors for it. In that case only the counted
 * limits bound the work.
 */
function withTimeLimit<T>(work: () => T): T {
  if (!mayOpen(DESCRIPTORS_OF_A_WATCH)) return work();
  const place = globalThis as unknown as Record<symbol, () => T>;
  place[WORK] = work;
  try {
    return runInThisContext("globalThis[Symbol.for('gguf-explain.limited-work')]()", {
      timeout: MOST_MILLISECONDS,
    }) as T;
  } finally {
    delete place[WORK];
  }
}
