/** A finding with the facts filled into its words. */

import { boundedFindings } from '../gguf/bounded-findings.js';
import type { Finding } from '../gguf/finding.js';
import { formatBytes, formatCount, formatInteger } from '../words/format-quantity.js';
import { shorten } from '../words/shorten.js';
import type { FindingReport } from './schema.js';

/** Longest text from the file in a sentence or in the facts, in UTF-16 units. */
const MOST_IN_WORDS = 120;
const MOST_IN_FACTS = 1000;

/** The entries for a file's findings; the number with the same code is limited. */
export function findingEntries(findings: readonly Finding[]): FindingReport[] {
  return boundedFindings(findings).map(findingEntry);
}

/** Number of findings, including those that are not listed individually. */
export function countFindings(findings: readonly Pick<FindingReport, 'more'>[]): number {
  return findings.reduce((sum, { more = 1 }) => sum + more, 0);
}

/** The entry for one finding. */
export function findingEntry({ code, group, level, says, hint, place, facts: found, more }: Finding): FindingReport {
  const kind = { code, group, level, place };
  if (more !== undefined) {
    const message = `${formatCount(more, 'more finding')} of this kind, not listed one by one`;
    return { ...kind, facts: {}, message, more };
  }
  const facts = bounded(found);
  return { ...kind, facts, message: fill(says, facts), ...(hint !== undefined && { hint: fill(hint, facts) }) };
}

function bounded(facts: Finding['facts']): Finding['facts'] {
  return Object.fromEntries(
    Object.entries(facts).map(([name, fact]) => [name, typeof fact === 'string' ? shorten(fact, MOST_IN_FACTS) : fact]),
  );
}

/** `{fact}` is replaced by the fact, `{fact, bytes}` by an amount of memory, `{fact, noun}` by a number of things. */
function fill(words: string, facts: Finding['facts']): string {
  return words.replace(/\{(\w+)(?:, (\w+))?\}/g, (_, name: string, unit: string | undefined) => {
    const fact = facts[name] ?? '?';
    if (typeof fact !== 'number') return shorten(String(fact), MOST_IN_WORDS);
    if (unit === 'bytes') return formatBytes(fact);
    return unit === undefined ? formatInteger(fact) : formatCount(fact, unit);
  });
}
