/**
 * The results of a check as SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format), which code-scanning pages read. A model is a
 * binary file: places are byte offsets, and tensors and keys are logical locations. GitHub also requires a line and a fingerprint for every
 * result, and a name and help for every rule, and it shows only files of a checkout.
 */

import { ignoredWords } from '../report/check-report.js';
import type { CheckedFile, CheckReport } from '../report/check-schema.js';
import { notCheckedWords } from '../report/not-checked-entry.js';
import type { FindingKind } from '../words/findings.js';
import { formatInteger } from '../words/format-quantity.js';
import { type CiResult, ciResults, gravestFirst, uriOf } from './ci-results.js';
import { jsonPieces } from './json.js';
import { sanitize } from './sanitize.js';

const LEVELS = { error: 'error', warning: 'warning', advice: 'note' } as const;

/** GitHub sorts the alerts of rules that are not about security by these. */
const SEVERITIES = { error: 'error', warning: 'warning', advice: 'recommendation' } as const;

/** The home page of this program. */
const INFORMATION = 'https://www.npmjs.com/package/gguf-explain';

/** GitHub refuses a run with more results. */
const MOST_RESULTS = 25_000;

/** `version` is that of this program; `kinds` are the rules, by code. */
export function sarif(report: CheckReport, version: string, kinds: ReadonlyMap<string, FindingKind>): Iterable<string> {
  const all = ciResults(report);
  const results = all.length > MOST_RESULTS ? gravestFirst(all).slice(0, MOST_RESULTS) : all;
  const first = new Map<string, CiResult>();
  for (const result of results) if (!first.has(result.code)) first.set(result.code, result);
  const indexOf = new Map([...first.keys()].map((code, index) => [code, index]));
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'gguf-explain',
            version,
            semanticVersion: version,
            informationUri: INFORMATION,
            rules: [...first.values()].map((result) => ruleOf(result, kinds.get(result.code))),
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: report.verdict === 'pass' || report.verdict === 'fail',
            toolExecutionNotifications: [
              ...report.files.flatMap(notesOf),
              ...leftOutNotification(all.length - results.length),
            ],
          },
        ],
        results: results.map((result) => resultOf(result, indexOf.get(result.code) as number)),
      },
    ],
  };
  return jsonPieces(log);
}

/** What the rules of a group are about, for their descriptions. */
const ABOUT: Readonly<Record<CiResult['group'], string>> = {
  format: 'This rule is about the GGUF format: whether every reader finds the same in the file.',
  model: 'This rule is about the model: whether a runtime can load it and computes what was trained.',
  advice: 'This rule is about what helps or endangers the users of a model; the model itself is sound.',
  data: 'This rule is about the numbers of the tensors, which were read for it.',
  policy: 'This rule is a demand of the policy that the check was given.',
  reading: 'The file could not be read as a GGUF model, so nothing in it was judged.',
};

const MEANS = {
  error: 'An error means that a runtime refuses the file or computes nonsense.',
  warning: 'A warning means that the file runs, and that someone will regret it.',
  advice: 'Advice is good to know; nothing has to change.',
} as const;

function ruleOf({ code, group, level: own }: CiResult, kind: FindingKind | undefined) {
  const level = kind?.level ?? own;
  const short = sentence(kind?.says.replace(BLANK, '…') ?? `the file cannot be read (${code})`);
  const help = [
    ...(kind?.hint === undefined ? [] : [sentence(kind.hint.replace(BLANK, '…'))]),
    MEANS[level],
    `\`gguf-explain check --list-rules\` lists all rules, and \`--ignore ${code}\` leaves this one out.`,
  ];
  return {
    id: code,
    name: code.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: short },
    fullDescription: { text: `${short} ${ABOUT[group]}` },
    help: { text: help.join(' ').replaceAll('`', ''), markdown: help.join('\n\n') },
    helpUri: `${INFORMATION}#rules`,
    defaultConfiguration: { level: LEVELS[level] },
    properties: { tags: ['gguf', group], 'problem.severity': SEVERITIES[level], precision: 'high' },
  };
}

const BLANK = /\{(\w+)(?:, \w+)?\}/g;

/** A text with the period of a sentence at its end. */
function sentence(text: string): string {
  return /[.!?\u2026]$/.test(text) ? text : `${text}.`;
}

function resultOf(result: CiResult, ruleIndex: number) {
  const { target, code, group, level, message, hint, offset, key, tensor, fingerprint } = result;
  const name = tensor ?? key;
  const said = hint === undefined ? sentence(message) : `${sentence(message)} ${sentence(hint)}`;
  const uri = uriOf(target);
  return {
    ruleId: code,
    ruleIndex,
    level: LEVELS[level],
    message: { text: plain(said) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri },
          region: { startLine: 1, ...(offset === undefined ? {} : { byteOffset: offset }) },
        },
        ...(name === undefined ? {} : { logicalLocations: [{ name, kind: tensor === undefined ? 'key' : 'tensor' }] }),
      },
    ],
    partialFingerprints: { primaryLocationLineHash: fingerprint },
    properties: { group },
  };
}

/** What no rule could decide, and ignored findings: they are not results, so they are notes on the run. */
function notesOf({ target, notChecked, ignored }: CheckedFile) {
  const location = { physicalLocation: { artifactLocation: { uri: uriOf(target) }, region: { startLine: 1 } } };
  const note = (id: string, words: string) => ({
    level: 'note',
    descriptor: { id },
    message: { text: plain(sentence(`${id.replace('-', ' ')}: ${words}`)) },
    locations: [location],
  });
  return [
    ...(notChecked === undefined ? [] : [note('not-checked', notCheckedWords(notChecked))]),
    ...(ignored === undefined ? [] : [note('ignored', ignoredWords(ignored))]),
  ];
}

function leftOutNotification(count: number) {
  if (count <= 0) return [];
  const text = `${formatInteger(count)} more results are left out, the mildest ones: GitHub takes ${formatInteger(MOST_RESULTS)}.`;
  return [{ level: 'note', descriptor: { id: 'results-left-out' }, message: { text } }];
}

/** Text from a file must not control a terminal or become a link, which is `[words](target)` in a SARIF message (section 3.11.6). */
function plain(text: string): string {
  return sanitize(text).replaceAll('](', '] (');
}
