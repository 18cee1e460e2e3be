/**
 * Verdicts as JUnit XML, which nearly every CI system shows: a test suite for each file, with a test case for reading it and one for each
 * rule that found something. Findings that make the file fail are failures, less severe ones are in the output of the suite, and a file that
 * cannot be read is an error. The XML is valid against the schema of Apache Ant, the strictest one in use, and against that of Jenkins.
 */

import { atOrAbove } from '../report/check-report.js';
import type { CheckedFile, CheckReport } from '../report/check-schema.js';
import type { FindingReport } from '../report/schema.js';
import { shortenMiddle } from '../words/shorten.js';
import { sanitize } from './sanitize.js';
import { asides } from './text/check-page.js';
import { groupByCode } from './text/findings-section.js';

/** `now` is the time of the check, which the schema requires. */
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
  // Rules that were not applied have no test case, because Ant's schema has no skipped ones.
  yield `    <system-out>${block([...mild.flatMap(findingLines), ...asides(file)])}</system-out>\n`;
  yield '    <system-err/>\n  </testsuite>\n';
}

function testCase(classname: string, name: string, inside: string): string {
  const head = `    <testcase${attributesOf({ name, classname, time: 0 })}`;
  return inside === '' ? `${head}/>\n` : `${head}>\n${inside}    </testcase>\n`;
}

function failureElement(failing: readonly FindingReport[]): string {
  const [first] = failing;
  if (first === undefined) return '';
  const text = block(failing.flatMap(findingLines));
  return `      <failure${attributesOf({ message: first.message, type: first.level })}>${text}</failure>\n`;
}

function errorElement({ code, message, expected, found, hint }: NonNullable<CheckedFile['error']>): string {
  const lines = [`error ${code}: ${message}`];
  if (expected !== undefined) lines.push(`  expected ${expected}, found ${found ?? 'nothing'}`);
  if (hint !== undefined) lines.push(`  hint: ${hint}`);
  return `      <error${attributesOf({ message, type: code })}>${block(lines)}</error>\n`;
}

function findingLines({ code, level, message, hint, place }: FindingReport): string[] {
  const where = [place.tensor, place.key, place.offset === undefined ? undefined : `byte ${place.offset}`];
  const at = where.filter((part) => part !== undefined).join(', ');
  const text = `${level} ${code}: ${message}${at === '' ? '' : ` [${at}]`}`;
  return hint === undefined ? [text] : [text, `  hint: ${hint}`];
}

function attributesOf(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${content(String(value))}"`)
    .join('');
}

/** Most characters of a text: a name in a sentence may be very long. */
const MOST_OF_A_TEXT = 2000;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Lines that begin with words of this program: text from a file can neither begin nor end a line. */
function block(lines: readonly string[]): string {
  return lines.map(content).join('\n');
}

/**
 * One line of safe text, without the two characters that XML 1.0 does not allow and `sanitize` keeps. A long one is shortened in the
 * middle.
 */
function content(text: string): string {
  return sanitize(shortenMiddle(text, MOST_OF_A_TEXT))
    .replace(/[&<>"]/g, (sign) => ENTITIES[sign] as string)
    .replace(/[\uFFFE\uFFFF]/g, '\uFFFD');
}
