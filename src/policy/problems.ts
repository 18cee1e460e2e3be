/** Turns the faults in a policy's contents into words with their positions. */

import type { z } from 'zod';
import { nearMiss } from '../words/near-miss.js';
import type { ParsedYaml, Path } from './parse-yaml.js';
import type { PolicyProblem } from './policy-error.js';

type Issue = z.core.$ZodIssue;

/** Longest list of known words that a message includes. */
const MOST_KNOWN = 16;

/** Most problems that are worked out; more would not be read. */
const MOST_PROBLEMS = 20;

/** The problems in the order of the file. `schema` is the JSON Schema, which contains the known keys. */
export function problemsOf(issues: readonly Issue[], yaml: ParsedYaml, schema: object): PolicyProblem[] {
  const problems = worthTelling(issues).flatMap((issue) => problemsOfOne(issue, [], yaml, schema));
  return problems.sort((a, b) => a.line - b.line || a.column - b.column).slice(0, MOST_PROBLEMS);
}

/** Removes faults of a whole mapping that are caused by an unknown key in it. */
function worthTelling(issues: readonly Issue[]): Issue[] {
  const strange = new Set(issues.filter(({ code }) => code === 'unrecognized_keys').map(({ path }) => path.join('\n')));
  const telling = issues.filter(({ code, path }) => code !== 'custom' || !strange.has(path.join('\n')));
  return telling.slice(0, MOST_PROBLEMS);
}

function problemsOfOne(issue: Issue, above: Path, yaml: ParsedYaml, schema: object): PolicyProblem[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, MOST_PROBLEMS).map((key) => {
      const message = `unknown key ${quoted(key)}${inside(path)}${suggestion(key, keysAt(schema, path))}`;
      return { ...yaml.placeOf([...path, key], true), message };
    });
  }
  if (issue.code === 'invalid_union') {
    // The intended form is the one that is not refused as a whole.
    const meant = issue.errors.find(
      (issues) => !issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
    );
    if (meant) return worthTelling(meant).flatMap((inner) => problemsOfOne(inner, path, yaml, schema));
  }
  return [{ ...yaml.placeOf(path), message: words(issue, path) }];
}

function words(issue: Issue, path: Path): string {
  const { input } = issue;
  if (input === undefined && MISSING.has(issue.code)) {
    return `${quoted(String(path.at(-1)))} is missing${inside(path.slice(0, -1))}`;
  }
  const subject = path.length === 0 ? '' : `${dotted(path)}: `;
  switch (issue.code) {
    case 'invalid_type':
      return `${subject}expected ${KINDS[issue.expected] ?? issue.expected}, found ${found(input)}`;
    case 'invalid_union': {
      const expected = issue.errors.flatMap((issues) =>
        issues.map((inner) => (inner.code === 'invalid_type' ? (KINDS[inner.expected] ?? inner.expected) : '')),
      );
      return `${subject}expected ${[...new Set(expected.filter(Boolean))].join(' or ')}, found ${found(input)}`;
    }
    case 'invalid_value': {
      const known = issue.values.map(String);
      if (known.length === 1) return `${subject}expected ${known[0]}, found ${found(input)}`;
      return `${subject}${found(input)} is not a known value${suggestion(String(input), known)}`;
    }
    case 'too_small':
      if (issue.origin === 'array') return `${subject}expected at least one entry`;
      return issue.origin === 'string' ? `${subject}expected some text` : `${subject}expected ${issue.minimum} or more`;
    case 'too_big':
      return issue.origin === 'string'
        ? `${subject}expected at most ${issue.maximum} characters`
        : `${subject}expected ${issue.maximum} or less`;
    case 'invalid_key':
      return `${inside(path.slice(0, -1)).trim()}: a key has 1 to 1000 characters`;
    default:
      return `${subject}${issue.message}`;
  }
}

/** The issues that a missing value can cause. */
const MISSING: ReadonlySet<string> = new Set(['invalid_type', 'invalid_value', 'invalid_union']);

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

function found(input: unknown): string {
  if (input === null) return 'nothing';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object') return 'a mapping';
  return typeof input === 'string' ? quoted(input) : String(input);
}

function suggestion(word: string, known: readonly string[]): string {
  const near = nearMiss(word, known);
  if (near !== undefined) return `; did you mean ${quoted(near)}?`;
  return known.length > MOST_KNOWN || known.length === 0 ? '' : `; choose from ${known.join(', ')}`;
}

/** A quoted word of the policy, shortened if it is long. */
function quoted(word: string): string {
  return JSON.stringify(word.length > 80 ? `${word.slice(0, 80)}…` : word);
}

function inside(path: Path): string {
  return path.length === 0 ? '' : ` in ${dotted(path)}`;
}

/** `metadata.values."general.name".min`, `licenses[2]`. */
function dotted(path: Path): string {
  return path
    .map((step, i) => {
      if (typeof step === 'number') return `[${step}]`;
      const name = String(step);
      return `${i === 0 ? '' : '.'}${/^[\w-]+$/.test(name) ? name : quoted(name)}`;
    })
    .join('');
}

interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  propertyNames?: { enum?: string[] };
  additionalProperties?: JsonSchema | false;
  anyOf?: JsonSchema[];
}

/** The keys that a mapping at a path may have; empty if any key is allowed. */
function keysAt(schema: JsonSchema, path: Path): string[] {
  let here = [schema];
  for (const step of path) {
    here = here.flatMap(forms).flatMap((form) => form.properties?.[String(step)] ?? (form.additionalProperties || []));
  }
  return here
    .flatMap(forms)
    .flatMap((form) => Object.keys(form.properties ?? {}).concat(form.propertyNames?.enum ?? []));
}

function forms(schema: JsonSchema): JsonSchema[] {
  return schema.anyOf ?? [schema];
}
