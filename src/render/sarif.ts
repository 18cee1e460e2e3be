/**
 * Findings as SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format), which code-scanning pages read. A model is a binary
 * file: places are byte offsets, and tensors and keys are logical locations.
 */

import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CheckedFile, CheckReport } from '../report/check-schema.js';
import { notCheckedWords } from '../report/not-checked-entry.js';
import type { FindingReport } from '../report/schema.js';
import type { FindingKind } from '../words/findings.js';
import { jsonPieces } from './json.js';
import { sanitize } from './sanitize.js';

const LEVELS = { error: 'error', warning: 'warning', advice: 'note' } as const;

/** `version` is that of this program, `kinds` what it can find, by code. */
export function sarif(report: CheckReport, version: string, kinds: ReadonlyMap<string, FindingKind>): Iterable<string> {
  const codes = [...new Set(report.files.flatMap(({ findings }) => findings.map(({ code }) => code)))];
  const indexOf = new Map(codes.map((code, index) => [code, index]));
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'gguf-explain', version, rules: codes.map((code) => ruleOf(code, kinds.get(code))) },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: report.verdict === 'pass' || report.verdict === 'fail',
            toolExecutionNotifications: [
              ...report.files.filter(({ error }) => error !== undefined).map(notification),
              ...report.files.flatMap(notCheckedNotification),
            ],
          },
        ],
        results: report.files.flatMap(({ target, findings }) =>
          findings.map((finding) => resultOf(target, finding, indexOf.get(finding.code) as number)),
        ),
      },
    ],
  };
  return jsonPieces(log);
}

function ruleOf(code: string, words: FindingKind | undefined) {
  return {
    id: code,
    ...(words && {
      shortDescription: { text: words.says.replace(/\{(\w+)(?:, \w+)?\}/g, '…') },
      ...(words.hint === undefined ? {} : { help: { text: words.hint } }),
      defaultConfiguration: { level: LEVELS[words.level] },
    }),
  };
}

function resultOf(target: string, { code, group, level, message, hint, place }: FindingReport, ruleIndex: number) {
  const named = place.tensor ?? place.key;
  const region = place.offset === undefined ? {} : { region: { byteOffset: place.offset } };
  const logical =
    named === undefined
      ? {}
      : { logicalLocations: [{ name: named, kind: place.tensor === undefined ? 'key' : 'tensor' }] };
  return {
    ruleId: code,
    ruleIndex,
    level: LEVELS[level],
    message: { text: plain(hint === undefined ? message : `${message}. ${hint}`) },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(target) }, ...region }, ...logical }],
    properties: { group },
  };
}

function notification({ target, error }: CheckedFile) {
  const { code, message, expected, found, offset } = error as NonNullable<CheckedFile['error']>;
  const region = offset === undefined ? {} : { region: { byteOffset: offset } };
  return {
    level: 'error',
    descriptor: { id: code },
    message: {
      text: expected === undefined ? message : `${message}: expected ${expected}, found ${found ?? 'nothing'}`,
    },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(target) }, ...region } }],
  };
}

/** What no rule could tell: a note on the run, as it is no result. */
function notCheckedNotification({ target, notChecked }: CheckedFile) {
  if (notChecked === undefined) return [];
  return [
    {
      level: 'note',
      descriptor: { id: 'not-checked' },
      message: { text: plain(`not checked: ${notCheckedWords(notChecked)}`) },
      locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(target) } } }],
    },
  ];
}

/** Text from a file must neither drive a terminal nor become a link, which `[words](target)` is in a SARIF message (section 3.11.6). */
function plain(text: string): string {
  return sanitize(text).replaceAll('](', '] (');
}

/** A relative path stays relative, so that the result belongs to the checkout that it was found in. */
function uriOf(target: string): string {
  if (target === '-') return 'stdin';
  if (isAbsolute(target)) return pathToFileURL(target).href;
  if (/^(?:https?:\/\/|hf:|ollama:)/i.test(target) && URL.canParse(target)) return new URL(target).href;
  // Half a surrogate pair, which a name on some systems can hold, has no place in a URI.
  const whole = Buffer.from(target).toString();
  return whole.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
}
