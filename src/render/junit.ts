/**
 * Verdicts as JUnit XML, which nearly every CI system shows: a test suite for each file; in it a test case for the reading and one for
 * each rule that found something. Findings that make the file fail are failures, milder ones stand in the suite's output, and a
 * file that cannot be read is an error. What is written is valid against the schema of Apache Ant, the strictest of those in
 * use, and against that of Jenkins.
 */

import { atOrAbove } from '../report/check-report.js';
import type { CheckedFile, CheckReport } from '../report/check-schema.js';
import type { FindingReport } from '../report/schema.js';
import { sanitize } from './sanitize.js';
import { groupByCode } from './text/findings-section.js';

/** `now` is the time of the check, which the schema asks for. */
export function* junit(report: CheckReport, now: Date): Generator<string, void, void> {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n';
  for (const [id, file] of report.files.entries()) yield* suite(file, id, report, now);
  yield '</testsuites>\n';
}

function* suite(
  file: CheckedFile,
  id: number,
  { failOn, rules, policy }: CheckReport,
  now: Date,
): Generator<string, void, void> {
  const groups = groupByCode(file.findings);
  const failing = groups.map((group) => group.filter(({ level }) => atOrAbove(level, failOn)));
  const mild = file.findings.filter(({ level }) => !atOrAbove(level, failOn));
  const name = file.target === '' ? "''" : file.target;
  const attributes = {
    id,
    package: 'gguf-explain',
    name,
    tests: groups.length + 1,
    failures: failing.filter((group) => group.length > 0).length,
    errors: file.error === undefined ? 0 : 1,
    time: 0,
    timestamp: now.toISOString().slice(0, 19),
    hostname: 'localhost',
  };
  const properties = { rules: rules.join(','), 'fail-on': failOn, ...(policy === undefined ? {} : { policy }) };
  yield `  <testsuite${attributesOf(attributes)}>\n    <properties>\n`;
  for (const [key, value] of Object.entries(properties)) {
    yield `      <property${attributesOf({ name: key, value })}/>\n`;
  }
  yield '    </properties>\n';
  yield testCase(name, 'readable', file.error === undefined ? '' : errorElement(file.error));
  for (const [i, group] of groups.entries()) yield testCase(name, group[0]!.code, failureElement(failing[i]!));
  yield `    <system-out>${content(mild.map(findingText).join('\n'))}</system-out>\n`;
  yield '    <system-err/>\n  </testsuite>\n';
}

function testCase(classname: string, name: string, inside: string): string {
  const head = `    <testcase${attributesOf({ name, classname, time: 0 })}`;
  return inside === '' ? `${head}/>\n` : `${head}>\n${inside}    </testcase>\n`;
}

function failureElement(failing: readonly FindingReport[]): string {
  const [first] = failing;
  if (first === undefined) return '';
  const text = content(failing.map(findingText).join('\n'));
  return `      <failure${attributesOf({ message: first.message, type: first.level })}>${text}</failure>\n`;
}

function errorElement({ code, message, expected, found, hint }: NonNullable<CheckedFile['error']>): string {
  const lines = [message, ...(expected === undefined ? [] : [`expected ${expected}, found ${found ?? 'nothing'}`])];
  if (hint !== undefined) lines.push(hint);
  return `      <error${attributesOf({ message, type: code })}>${content(lines.join('\n'))}</error>\n`;
}

function findingText({ code, level, message, hint, place }: FindingReport): string {
  const where = [place.tensor, place.key, place.offset === undefined ? undefined : `byte ${place.offset}`];
  const at = where.filter((part) => part !== undefined).join(', ');
  const advice = hint === undefined ? '' : `\n  ${hint}`;
  return `${level} ${code}: ${message}${at === '' ? '' : ` [${at}]`}${advice}`;
}

function attributesOf(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${content(String(value)).replaceAll('\n', '&#10;')}"`)
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Harmless line by line, and without the two characters that XML 1.0 cannot hold and `sanitize` lets pass. */
function content(text: string): string {
  const harmless = text.split('\n').map(sanitize).join('\n');
  return harmless.replace(/[&<>"]/g, (sign) => ENTITIES[sign] as string).replace(/[\uFFFE\uFFFF]/g, '\uFFFD');
}
