/**
 * Runs chat templates with the interpreter of @huggingface/jinja, from which that of llama.cpp comes. A template is a program of a stranger:
 * its steps and the size of what it makes are counted, so that it ends soon, at the same place on every machine, and takes little memory.
 * The library's own work between two steps is bounded by the size of the values; a time limit is behind it. Loaded only where there is a
 * template.
 */

import { runInThisContext } from 'node:vm';
import * as library from '@huggingface/jinja';
import { mayOpen } from '../../io/open-file.js';

/** A piece of a template that has been read, and what it is worth. */
interface Node {
  type: string;
}
interface Value {
  type: string;
  value: unknown;
}

/** The parts of the library that are used here; its own types are not found by their names as modules of Node. */
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

/** How rendering ended where it did not give a text. */
export type Failure =
  /** The template itself refuses the conversation (`raise_exception`). */
  | { kind: 'refused'; words: string }
  /** Any engine fails here. */
  | { kind: 'failed'; words: string }
  /** It does more than is allowed. */
  | { kind: 'endless' }
  /** This engine does not have what the template uses, or is stricter than llama.cpp: nothing is known. */
  | { kind: 'unknown'; words: string };

export type Rendering = { text: string } | Failure;

/** What all renderings of a file together may take; real templates take some thousand steps for a conversation of a few messages. */
export interface Budget {
  steps: number;
}

export function budgetOfFile(): Budget {
  return { steps: 2_000_000 };
}

/** Steps of one rendering at most. */
const MOST_STEPS = 400_000;

/** Characters of a text, beside four times those of the template, and values in a list, that a template may make. */
const MOST_CHARACTERS = 65_536;
const MOST_VALUES = 20_000;

/** Expressions, blocks and macros in each other; the library takes a full stack for a variable that is not there. */
const MOST_DEPTH = 400;

/** Characters that count as much as one step. */
const CHARACTERS_OF_A_STEP = 64;

/** Milliseconds for reading and running; steps end a template long before. */
const MOST_MILLISECONDS = 2000;

/** More than was allowed. Not an Error of the template. */
class TooMuch extends Error {}

/** What `raise_exception` throws. */
class Refused extends Error {}

class BoundedInterpreter extends Interpreter {
  readonly #mostCharacters: number;
  readonly #budget: Budget;
  #left: number;
  /** Of expressions in each other. */
  #depth = 0;

  /** `length`: characters of the template, whose own text is no fault of its code. */
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

  /** llama.cpp takes nothing for an empty text where it is put to a text. */
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

  /** Steps that a value counts as. Lists may hold each other many times over, so each place that leads to a value counts. */
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
 * Errors that llama.cpp's engine has in the same words. Others may be of this one alone: it knows fewer filters, and takes fewer values for
 * them.
 */
const IN_ANY_ENGINE =
  /^(?:Cannot perform operation .* on undefined values|Cannot call something that is not a function: .*|Too (?:few|many) items to unpack.*|Cannot unpack non-iterable type.*)$/;

/** A template that is ready to be rendered, or why it is not. */
export type Prepared = { render(context: Readonly<Record<string, unknown>>): Rendering } | Failure;

/** Reads a template. All that is rendered with it counts on the budget. */
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

/** What engines give to every template. The day is always the same one. */
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

/** The work, for a limited time. `kind` is what an error is that may be of this engine alone. */
function limited<T>(work: () => T, kind: 'failed' | 'unknown'): { value: T } | Failure {
  try {
    return { value: withTimeLimit(work) };
  } catch (error) {
    if (error instanceof Refused) return { kind: 'refused', words: error.message };
    if (error instanceof TooMuch || error instanceof RangeError) return { kind: 'endless' };
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return { kind: 'endless' };
    // The parser of the library goes on behind the end of what it cannot read.
    if (error instanceof TypeError) return { kind, words: 'its code cannot be parsed' };
    const words = error instanceof Error ? error.message : String(error);
    return { kind: kind === 'failed' || IN_ANY_ENGINE.test(words) ? 'failed' : 'unknown', words };
  }
}

/** Where the work waits for the script that the engine of JavaScript can be stopped in. */
const WORK = Symbol.for('gguf-explain.limited-work');

/** Descriptors that the watch over the time opens, and those that other threads may take meanwhile. */
const DESCRIPTORS_OF_A_WATCH = 12;

/**
 * Node sets up an event loop to watch the time, and ends the process where the system gives it no descriptors for that; there, what is
 * counted bounds the work alone.
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
