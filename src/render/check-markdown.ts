/**
 * Verdicts as Markdown, for the summary of a CI step, a comment or a release: a table of the files, then the findings of each file that has
 * any, worst first.
 */

import { countByLevel } from '../report/check-report.js';
import type { CheckedFile, CheckReport } from '../report/check-schema.js';
import { formatCount, formatInteger } from '../words/format-quantity.js';
import { shortenMiddle } from '../words/shorten.js';
import { type CiResult, ciResults, gravestFirst } from './ci-results.js';
import { htmlCode, inlineCode, plainText } from './markdown-text.js';
import { asides, summaryWords } from './text/check-page.js';

/**
 * Most files in the first table, most rows in a table of findings, most characters of all of these: GitHub accepts 1 MiB for a step summary
 * and 65,536 characters for a comment.
 */
const MOST_FILES = 200;
const MOST_ROWS = 100;
const MOST_CHARACTERS = 60_000;

const SIGNS = { pass: '✅ pass', fail: '❌ fail', incomplete: '⚠️ incomplete', unreadable: '⛔ unreadable' } as const;

/** Yields lines, each with its line break. */
export function* checkMarkdown(report: CheckReport): Generator<string, void, void> {
  const { files } = report;
  yield `### gguf-explain check: ${summaryWords(report)}\n`;
  if (files.length === 0) return;
  yield '\n| file | verdict | errors | warnings | advice |\n| --- | --- | ---: | ---: | ---: |\n';
  for (const file of files.slice(0, MOST_FILES)) yield `${fileRow(file)}\n`;
  if (files.length > MOST_FILES) yield `\nAnd ${formatCount(files.length - MOST_FILES, 'more file')}.\n`;
  yield* findingTables(report);
}

function fileRow({ target, verdict, findings, error }: CheckedFile): string {
  const counts = new Map(countByLevel(findings));
  const errors = (counts.get('error') ?? 0) + (error === undefined ? 0 : 1);
  const cells = [inlineCode(target), SIGNS[verdict], errors, counts.get('warning') ?? 0, counts.get('advice') ?? 0];
  return `| ${cells.map((cell) => (typeof cell === 'number' ? formatInteger(cell) : cell)).join(' | ')} |`;
}

/** Only whole tables, as many as there is room for. */
function* findingTables(report: CheckReport): Generator<string, void, void> {
  let room = MOST_CHARACTERS;
  let left = 0;
  for (const file of [...report.files].sort((a, b) => GRAVEST[b.verdict] - GRAVEST[a.verdict])) {
    const results = gravestFirst(ciResults({ ...report, files: [file] }));
    const notes = asides(file).flatMap((words) => ['', `${plainText(words)}.`]);
    if (results.length === 0 && notes.length === 0) continue;
    const rows = results.slice(0, MOST_ROWS).map(resultRow);
    const more = results.length - rows.length;
    const table =
      rows.length === 0 ? [] : ['', '| level | rule | what | where |', '| --- | --- | --- | --- |', ...rows];
    const lines = [
      `<details${file.verdict === 'pass' ? '' : ' open'}>`,
      `<summary>${htmlCode(file.target)}: ${file.verdict}</summary>`,
      ...table,
      ...(more > 0 ? ['', `And ${formatCount(more, 'more row')}; the JSON has all.`] : []),
      ...notes,
      '',
      '</details>',
    ];
    const text = `\n${lines.join('\n')}\n`;
    if (text.length > room) {
      left++;
      continue;
    }
    room -= text.length;
    yield text;
  }
  if (left > 0)
    yield `\nThe findings of ${formatCount(left, 'more file')} are left out, as there is no room for them; the JSON has all.\n`;
}

const GRAVEST = { pass: 0, incomplete: 1, fail: 2, unreadable: 3 } as const;

function resultRow({ level, code, message, hint, tensor, key, offset }: CiResult): string {
  const name = tensor ?? key;
  const where = [...(name === undefined ? [] : [inlineCode(shortenMiddle(name, 200))])];
  if (offset !== undefined) where.push(`byte ${formatInteger(offset)}`);
  const what = hint === undefined ? plainText(message) : `${plainText(message)}<br><sub>${plainText(hint)}</sub>`;
  return `| ${level} | ${inlineCode(code)} | ${what} | ${where.join(', ')} |`;
}
