/** All rules of `check`, for people who choose what to ignore or to require: by group, each with its level and its words. */

import type { RulesReport } from '../../report/check-schema.js';
import { formatCount } from '../../words/format-quantity.js';
import { inlineCode } from '../markdown-text.js';
import type { RenderOptions } from '../options.js';
import { wrap } from './columns.js';

const GROUPS: Readonly<Record<RulesReport['rules'][number]['group'], string>> = {
  format: 'the GGUF format',
  model: 'the model that the file holds',
  advice: 'what helps or endangers its users',
  data: 'the numbers of the tensors, with --data',
  policy: 'the demands of a policy, with --policy',
};

export function* renderRules({ rules }: RulesReport, { theme, width }: RenderOptions): Generator<string, void, void> {
  for (const [group, about] of Object.entries(GROUPS)) {
    const own = rules.filter((rule) => rule.group === group);
    yield `${theme.heading(group.toUpperCase())}  ${about} (${formatCount(own.length, 'rule')})`;
    for (const { code, level, says } of own) {
      yield `  ${theme.level[level](level)}${' '.repeat(9 - level.length)}${code}`;
      yield* wrap(withBlanks(says), width - 13).map((line) => `             ${theme.muted(line)}`);
    }
    yield '';
  }
  yield 'gguf-explain check --ignore RULE leaves one out; a policy can give it another level.';
}

export function* rulesMarkdown({ rules }: RulesReport): Generator<string, void, void> {
  yield '| rule | group | level | finding |\n| --- | --- | --- | --- |\n';
  for (const { code, group, level, says } of rules) {
    yield `| ${inlineCode(code)} | ${group} | ${level} | ${withBlanks(says).replaceAll('|', '\\|')} |\n`;
  }
}

/** `{count, tensor} of {type}` → `… of …` */
function withBlanks(says: string): string {
  return says.replace(/\{(\w+)(?:, \w+)?\}/g, '…');
}
