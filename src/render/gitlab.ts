/**
 * The results of a check as GitLab's Code Quality report, which merge requests show: a list of objects with `description`, `check_name`,
 * `fingerprint`, `severity` and `location.path` with `location.lines.begin`. Fingerprints must be unique in a report; paths are relative to
 * the folder of the project, without a leading `./`.
 */

import type { CheckReport } from '../report/check-schema.js';
import { shortenMiddle } from '../words/shorten.js';
import { type CiResult, ciResults, digest, gravestFirst, pathIn } from './ci-results.js';
import { jsonPieces } from './json.js';
import { sanitize } from './sanitize.js';

/** GitLab has five severities: info, minor, major, critical, blocker. */
const SEVERITIES = { error: 'critical', warning: 'major', advice: 'info' } as const;

/** Most characters of a description. */
const MOST_OF_A_TEXT = 2000;

/** `folder` is the folder of the project: absolute paths inside it become relative ones. */
export function gitlabCodeQuality(report: CheckReport, folder: string): Iterable<string> {
  return jsonPieces(gravestFirst(ciResults(report)).map((result) => issueOf(result, folder)));
}

function issueOf({ target, code, group, level, message, hint, tensor, key, fingerprint }: CiResult, folder: string) {
  const where = tensor ?? key;
  const at = where === undefined || message.includes(where) ? '' : ` [${where}]`;
  const advice = hint === undefined ? '' : ` (${hint})`;
  const path = sanitize(pathIn(folder, target));
  return {
    description: sanitize(shortenMiddle(`${message}${at}${advice}`, MOST_OF_A_TEXT)),
    check_name: code,
    fingerprint: digest(JSON.stringify([path, fingerprint])),
    severity: group === 'reading' ? 'blocker' : SEVERITIES[level],
    location: { path, lines: { begin: 1 } },
  };
}
