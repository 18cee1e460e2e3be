/** One spelling, the American one, in everything that users read or type: codes, keys, words, and the names of files. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { PROJECT_FOLDER } from '../cli/run.js';
import { PAGES, pageText } from '../support/pages.js';
import { SOURCE } from './source.js';

/** British forms. `aria-labelledby` is a name of the HTML standard, `notifications/cancelled` one of the Model Context Protocol. */
const BRITISH =
  /licence|colour|neighbour|behaviour|favour|honour|labelled(?!by)|modelled|(?<!notifications\/)cancelled|\bgrey\b|\bcentre|catalogue|artefact|(?:quant|normal|recogn|optim|summar|initial)is(?:e|ing|ation)/i;

/** Phrases that were rewritten because they sounded translated. */
const STILTED = new RegExp(
  [
    ...['the way of a token', 'cache in all', 'looked up on the host', 'read unasked', 'comes? along with'],
    ...['is not said', 'is no (?:token id|number|link|range|multiple|whole)', 'are no whole', 'no pattern and'],
    ...['in place of', '\\b(?:by itself|of (?:its|their|your) own)\\b(?! \\w)', 'behind (?:the|it|them|these|--)\\b'],
    ...['nobody', 'whoever', '(?:is|are|be) told', 'is none that', 'none of them', 'nothing of its', 'anew\\b'],
    ...[
      'come[s]? on top',
      'comes? to an end',
      'so (?:many|much) (?:layers|memory|tokens|steps)',
      'stands? (?:beside|in the file)',
    ],
    ...['wants to know', 'going? by\\b', 'further away', 'is borne', 'all the same[;.,]', 'cannot be told'],
    ...['null where', 'asked about', 'was said', 'handed on\\b', 'has no use for', 'no known form', 'squeezed softly'],
    ...['nothing (?:closes|opens)', 'where none can be', 'gravest|milder'],
  ].join('|'),
  'i',
);

const STILTED_ON_PAGES =
  /\bbecomes of\b|nobody knows|\b(?:is|are) told\b|\btells? of\b|\bunasked\b|where asked for|goes on where/i;

/** The texts in a source file: the contents of quotes and templates, without comments, types and names of variables. */
function textsOf(path: string, text: string): string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    if (ts.isStringLiteral(node) || ts.isTemplateLiteralToken(node)) texts.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest));
  return texts;
}

/** The comments of a source file, each in one line. */
function commentsOf(path: string, text: string): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  const found = new Map<number, string>();
  const visit = (node: ts.Node): void => {
    for (const { pos, end } of ts.getLeadingCommentRanges(text, node.pos) ?? [])
      found.set(pos, text.slice(pos, end).replace(/\n\s*\*?\s*/g, ' '));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return [...found.values()];
}

describe('the spelling is American', () => {
  it('in every text of the program', () => {
    const british = SOURCE.filter(({ text }) => BRITISH.test(text)).flatMap(({ path, text }) =>
      textsOf(path, text).flatMap((words) => (BRITISH.test(words) ? [`${path}: ${words}`] : [])),
    );
    expect(british).toEqual([]);
  });

  it('and the sentences do not sound translated', () => {
    const stilted = SOURCE.filter(({ text }) => STILTED.test(text)).flatMap(({ path, text }) =>
      textsOf(path, text).flatMap((words) => (STILTED.test(words) ? [`${path}: ${words}`] : [])),
    );
    expect(stilted).toEqual([]);
  });

  it('nor are the comments', () => {
    const stilted = SOURCE.flatMap(({ path, text }) =>
      commentsOf(path, text).flatMap((words) => (STILTED.test(words) ? [`${path}: ${words}`] : [])),
    );
    expect(stilted).toEqual([]);
  });

  it('on the pages for people', () => {
    const wrong = PAGES.flatMap((page) =>
      pageText(page)
        .split('\n')
        .filter((line) => BRITISH.test(line) || STILTED.test(line) || STILTED_ON_PAGES.test(line))
        .map((line) => `${page}: ${line}`),
    );
    expect(wrong).toEqual([]);
  });

  it('in the names of all files', () => {
    const names = ['src', 'test', 'fixtures'].flatMap((folder) =>
      readdirSync(join(PROJECT_FOLDER, folder), { recursive: true, encoding: 'utf8' }),
    );
    expect(names.filter((name) => BRITISH.test(name))).toEqual([]);
  });
});
