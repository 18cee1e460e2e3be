/**
 * The regular expressions of the source. Most of them are applied to text from files, hubs and servers, which can be hostile, so none may
 * take more than linear time. `scslre` finds the two causes: a repetition that is tried again from each of its positions (`X+$`), and two
 * repetitions that share the same text (`X*X*Y`).
 */

import { analyse } from 'scslre';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { SOURCE } from './source.js';

interface Expression {
  path: string;
  source: string;
  flags: string;
}

/** Expressions that are not linear but are applied only to short text, each with the reason. */
const SHORT_TEXT: ReadonlyMap<string, string> = new Map([
  [String.raw`\B(?=(\d{3})+$)`, 'a number, which has at most 20 digits'],
  ["^([\\w!#$%&'*+.^`|~-]+)[ \\t]*:[ \\t]*([\\t -~\\x80-\\xff]*)$", "the user's own --header"],
]);

/**
 * Files that build an expression from text where a literal is impossible. Each expression is limited, or built from the program's own text.
 */
const MADE_OF_TEXT: readonly string[] = [
  'memory/placement/override-patterns.ts',
  'policy/patterns.ts',
  'render/sanitize.ts',
  'tokenizer/cut-words.ts',
];

const EXPRESSIONS = SOURCE.flatMap(({ path, text }) => expressionsOf(path, text));

function expressionsOf(path: string, text: string): Expression[] {
  const found: Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      found.push({ path, source: node.text.slice(1, end), flags: node.text.slice(end + 1) });
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest));
  return found;
}

/** The nonlinear parts of an expression; empty where all parts are linear. */
function faultsOf({ source, flags }: Pick<Expression, 'source' | 'flags'>): string[] {
  return analyse({ source, flags }).reports.map(({ type, exponential }) =>
    exponential ? `exponential ${type}` : type,
  );
}

describe('the regular expressions of the source', () => {
  it('are ASCII, since the bundle is read as ASCII and does not escape expressions', () => {
    expect(EXPRESSIONS.filter(({ source }) => /[^ -~]/.test(source)).map(({ path }) => path)).toEqual([]);
  });

  it('are linear', { timeout: 30_000 }, () => {
    expect(EXPRESSIONS.length).toBeGreaterThan(200);
    const slow = EXPRESSIONS.filter((one) => !SHORT_TEXT.has(one.source) && faultsOf(one).length > 0);
    expect(slow.map(({ path, source }) => `${path}: /${source}/`)).toEqual([]);
  });

  it('are excused only where they are used and are really not linear', () => {
    for (const source of SHORT_TEXT.keys()) {
      const one = EXPRESSIONS.find((expression) => expression.source === source);
      expect(one && faultsOf(one).length, source).toBeGreaterThan(0);
    }
  });

  it('are literals, except for known ones', () => {
    const made = SOURCE.filter(({ text }) => /\bnew RegExp\(|\bRegExp\(/.test(text)).map(({ path }) => path);
    expect(made).toEqual(MADE_OF_TEXT);
  });

  it.each([
    ['a run at the end', '[.,;:!?]+$', ''],
    ['a run before a sign', '[^/]+\\.gguf', 'i'],
    ['two runs of the same', '^\\s*\\s*x$', ''],
    ['a run in a run', '^(?:a+)+$', ''],
  ])('are reported where they are not linear: %s', (_, source, flags) => {
    expect(faultsOf({ source, flags })).not.toEqual([]);
  });
});
