/** A finding with its level and its words, which are looked up from the code and filled with its facts. */

import type { Finding } from '../gguf/finding.js';
import { FINDINGS, type FindingWords, groupOf } from '../guide/findings.js';
import { formatBytes, formatCount, formatInteger } from './quantity.js';
import type { FindingReport } from './schema.js';

export function findingEntry({ code, level, place, facts }: Finding): FindingReport {
  const words: FindingWords = FINDINGS[code];
  const hint = words.hint === undefined ? {} : { hint: fill(words.hint, facts) };
  const message = fill(words.says, facts);
  return { code, group: groupOf(code), level: level ?? words.level, place, facts, message, ...hint };
}

/** `{fact}` is replaced by the fact, `{fact, bytes}` by an amount of memory, `{fact, noun}` by a number of things. */
function fill(words: string, facts: Finding['facts']): string {
  return words.replace(/\{(\w+)(?:, (\w+))?\}/g, (_, name: string, unit: string | undefined) => {
    const fact = facts[name] ?? '?';
    if (typeof fact !== 'number') return String(fact);
    if (unit === 'bytes') return formatBytes(fact);
    return unit === undefined ? formatInteger(fact) : formatCount(fact, unit);
  });
}
