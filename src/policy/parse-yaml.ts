/**
 * Parses the text of a policy, YAML 1.2 or JSON (which is YAML), to plain data and the positions of its parts. A policy may come from an
 * untrusted pull request, so all features of YAML beyond data are refused: tags, directives, several documents, keys that are not texts or
 * occur twice, merge keys, deep nesting, and aliases that expand to huge data.
 */

import {
  Composer,
  type CST,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  Parser,
  visit,
} from 'yaml';
import type { PolicyProblem } from './policy-error.js';

/** A key or an index for each level. */
export type Path = readonly PropertyKey[];

export interface ParsedYaml {
  data: unknown;
  /** The position of the value at a path or, if it is missing, of its parent; with `key`, the position of its key. */
  placeOf(path: Path, key?: boolean): { line: number; column: number };
}

/** Most levels of nesting. The parser recurses at each level and would crash before it reports an error. */
const MOST_LEVELS = 32;

/** Most tokens in the text, enough for some thousand lines. More could make the parser slow. */
const MOST_TOKENS = 20_000;

/** Most aliases, and the library's limit on their expansion (`maxAliasCount`). */
const MOST_ALIASED = 100;

/** Thrown by `parseYaml`: the text is not YAML, or it uses YAML features that a policy may not. */
export class YamlProblem extends Error {
  readonly problems: readonly PolicyProblem[];

  constructor(problems: readonly PolicyProblem[]) {
    super(problems[0]?.message);
    this.problems = problems;
  }
}

/** Parses a policy. Throws YamlProblem. */
export function parseYaml(text: string): ParsedYaml {
  const lines = new LineCounter();
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const refuse = (offset: number, message: string) => new YamlProblem([{ ...place(offset), message }]);

  let count = 0;
  for (const _ of new Lexer().lex(text)) {
    if (++count > MOST_TOKENS) throw refuse(0, `the policy has more than ${MOST_TOKENS} words and signs`);
  }
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  for (const { token, depth } of everyToken(tokens)) {
    if (depth > MOST_LEVELS) throw refuse(token.offset, `more than ${MOST_LEVELS} levels of lists and mappings`);
    if (token.type === 'tag')
      throw refuse(token.offset, `tags are not allowed in a policy: ${token.source.slice(0, 40)}`);
    if (token.type === 'directive')
      throw refuse(token.offset, 'directives (lines that begin with %) are not allowed in a policy');
  }

  const options = { schema: 'core', uniqueKeys: false, stringKeys: true, merge: false, strict: true } as const;
  const [document, another] = [...new Composer(options).compose(tokens, true, text.length)];
  if (document === undefined) throw refuse(0, 'the policy is empty');
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    throw new YamlProblem(
      faults
        .slice(0, 20)
        .map(({ code, message, pos }) => ({ ...place(pos[0]), message: WORDS[code] ?? sentence(message) })),
    );
  }
  if (another !== undefined)
    throw refuse(another.range[0], 'a policy must be a single document; a second one begins here');
  if (document.contents === null) throw refuse(0, 'the policy is empty');
  let aliases = 0;
  visit(document, {
    Alias(_, alias) {
      const offset = alias.range?.[0] ?? 0;
      if (++aliases > MOST_ALIASED) throw refuse(offset, `more than ${MOST_ALIASED} aliases`);
      if (alias.resolve(document) === undefined)
        throw refuse(offset, `there is no anchor &${alias.source} before this alias`);
    },
    Map(_, { items }) {
      const keys = new Set<unknown>();
      for (const { key } of items) {
        const name = isScalar(key) ? key.value : undefined;
        const offset = (key as Node | null)?.range?.[0] ?? 0;
        // zod silently ignores it.
        if (name === '__proto__') throw refuse(offset, 'the key __proto__ is not allowed');
        if (keys.has(name)) throw refuse(offset, `the key ${JSON.stringify(name)} appears here a second time`);
        keys.add(name);
      }
    },
  });

  let data: unknown;
  try {
    data = document.toJS({ maxAliasCount: MOST_ALIASED });
  } catch {
    throw refuse(0, 'the aliases expand to too much data');
  }
  return {
    data,
    placeOf(path, key = false) {
      let node: unknown = document.contents;
      let offset = document.contents?.range[0] ?? 0;
      for (const [depth, step] of path.entries()) {
        if (isAlias(node)) node = node.resolve(document);
        const pair = isMap(node) ? node.items.find((item) => isScalar(item.key) && item.key.value === step) : undefined;
        const inner = isSeq(node)
          ? node.items[Number(step)]
          : key && depth === path.length - 1
            ? pair?.key
            : pair?.value;
        const start = (inner as Node | null | undefined)?.range?.[0] ?? (pair?.key as Node | undefined)?.range?.[0];
        if (start === undefined) break;
        [node, offset] = [inner, start];
      }
      return place(offset);
    },
  };
}

/** Replacements for messages of yaml that mention its own options. */
const WORDS: Readonly<Record<string, string>> = { NON_STRING_KEY: 'a key must be text' };

/** Removes the offset from a message of yaml, because it is reported anyway, and its capital letter. */
function sentence(message: string): string {
  const [first = ''] = message.split('\n');
  return `${first.charAt(0).toLowerCase()}${first.slice(1)}`;
}

type AnyToken = CST.Token | CST.SourceToken;
type WrittenToken = Extract<AnyToken, { source: string }>;

/** Yields every token with its depth, without recursion. */
function* everyToken(tokens: readonly CST.Token[]): Generator<{ token: WrittenToken; depth: number }> {
  const waiting: { token: AnyToken; depth: number }[] = tokens.map((token) => ({ token, depth: 0 })).reverse();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { token, depth } = next;
    if ('source' in token) yield { token, depth };
    const inner: (AnyToken | null | undefined)[] = [];
    if ('start' in token) inner.push(...(Array.isArray(token.start) ? token.start : [token.start]));
    if ('props' in token) inner.push(...token.props);
    if ('value' in token) inner.push(token.value);
    if ('items' in token) {
      for (const item of token.items) inner.push(...item.start, item.key, ...(item.sep ?? []), item.value);
    }
    const deeper = 'items' in token ? depth + 1 : depth;
    for (const part of inner.reverse()) if (part) waiting.push({ token: part, depth: deeper });
  }
}
