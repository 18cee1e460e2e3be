/**
 * `chat-template`: whether a template must exist, its allowed digests, and its maximum length. Every conversation runs through the
 * template, which is a program. Additional templates of a file (`tokenizer.chat_template.tool_use`) can run too, so all are judged.
 */

import { createHash } from 'node:crypto';
import type { Place } from '../../gguf/finding.js';
import type { MetadataEntry } from '../../gguf/metadata.js';
import { type Demand, notJudged, placeOfKey } from '../demand.js';
import type { AgainstPolicy } from '../policy-findings.js';
import type { Policy } from '../schema.js';

const KEY = 'tokenizer.chat_template';

type TemplateDemand = NonNullable<Policy['chat-template']>;

export const chatTemplate: Demand = ({ policy, model }) => {
  const demand = policy['chat-template'];
  if (demand === undefined) return [];
  const templates = model.file.metadata.filter(({ key }) => key === KEY || key.startsWith(`${KEY}.`));
  const findings: AgainstPolicy[] = [];
  if ((demand.required ?? demand.sha256 !== undefined) && !templates.some(({ key }) => key === KEY)) {
    findings.push(finding(KEY, { key: KEY }, 'missing', 'one'));
  }
  const doubtful = model.file.findings.some(({ code }) => code === 'invalid-utf8');
  for (const template of templates) findings.push(...judgeTemplate(template, demand, doubtful));
  return findings;
};

/** `doubtful`: the file contains text that is not UTF-8, so a replacement character may represent any bytes. */
function judgeTemplate(entry: MetadataEntry, demand: TemplateDemand, doubtful: boolean): AgainstPolicy[] {
  const place = placeOfKey(entry);
  const { sha256, 'max-bytes': most } = demand;
  const text = textOf(entry);
  if (text === null) return [finding(entry.key, place, `of type ${entry.type}`, 'a text')];
  const findings: AgainstPolicy[] = [];
  if (most !== undefined && text.bytes > most) {
    findings.push(finding(entry.key, place, `${text.bytes} bytes long`, `at most ${most}`));
  }
  if (sha256 === undefined) return findings;
  if (text.whole === null || (doubtful && text.whole.includes('\uFFFD'))) {
    const fault = text.whole === null ? 'is too long' : 'may contain bytes that are not UTF-8';
    return [...findings, notJudged('chat-template.sha256', `the chat template ${fault}`, place)];
  }
  const digest = createHash('sha256').update(text.whole).digest('hex');
  if (!sha256.includes(digest)) {
    findings.push(finding(entry.key, place, `a different one (${digest})`, `SHA-256 ${sha256.join(' or ')}`));
  }
  return findings;
}

/** Null if the value is not a text; `whole` is null if the reader did not keep all of the text. */
function textOf({ value }: MetadataEntry): { whole: string | null; bytes: number } | null {
  if (typeof value === 'string') return { whole: value, bytes: Buffer.byteLength(value) };
  return typeof value === 'object' && value.kind === 'long-string' ? { whole: null, bytes: value.byteLength } : null;
}

function finding(key: string, place: Place, found: string, expected: string): AgainstPolicy {
  return { code: 'policy-chat-template', place, facts: { key, found, expected } };
}
