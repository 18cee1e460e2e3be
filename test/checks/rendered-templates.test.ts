/** Rendered chat templates: what is found, which honest templates are not reported, and that a hostile one ends soon. */

import { describe, expect, it } from 'vitest';
import { RENDERED_TEMPLATE_CHECKS } from '../../src/checks/advice/rendered-template.js';
import type { Check } from '../../src/checks/define-check.js';
import { compareTemplates } from '../../src/checks/jinja/compare-templates.js';
import { renderTemplates } from '../../src/checks/jinja/render-templates.js';
import { NO_SURROUNDINGS } from '../../src/checks/surroundings.js';
import { findTokens } from '../../src/gguf/find-tokens.js';
import { memorySource } from '../../src/io/memory-source.js';
import { interpret } from '../../src/model/model.js';
import { findingEntry } from '../../src/report/finding-entry.js';
import { type Entry, list, text, writeGguf } from '../support/gguf-writer.js';
import { read } from '../support/reading.js';

/** The findings for a file with this template. */
function told(template: string, entries: readonly Entry[] = []) {
  const bytes = writeGguf({ metadata: [text('tokenizer.chat_template', template), ...entries] });
  const file = read(bytes);
  renderTemplates(file, (words) => findTokens({ source: memorySource(Buffer.from(bytes)) }, file, words));
  const rules: readonly Check[] = RENDERED_TEMPLATE_CHECKS;
  return rules.flatMap((rule) => rule.judge(interpret(file), NO_SURROUNDINGS)).map(findingEntry);
}
const codes = (template: string, entries?: readonly Entry[]) => told(template, entries).map(({ code }) => code);
const tokens = (words: string[]) => list('tokenizer.ggml.tokens', 'string', words);

const CHATML =
  "{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + (m.content or '') + '<|im_end|>\\n' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

describe('honest templates', () => {
  it.each([
    ['ChatML', CHATML],
    [
      'no system role',
      "{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}" +
        "{% for m in messages %}{{ '[INST] ' + m.content + ' [/INST]' if m.role == 'user' else ' ' + m.content + '</s>' }}{% endfor %}",
    ],
    [
      'roles that alternate, and so no tools',
      "{% for m in messages %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('alternate!') }}{% endif %}" +
        "{{ m.role + ': ' + m.content.strip() + '\\n' }}{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}",
    ],
    ['messages that must be there', `{{ messages[0]['content'] }}${CHATML}`],
    [
      'marks for training',
      `{% for m in messages %}<|{{ m.role }}|>{% generation %}{{ m.content }}{%- endgeneration -%}{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}`,
    ],
    [
      'what only llama.cpp takes',
      `{{ bos_token + none }}{{ undefined_thing ~ 'x' }}{% for m in messages if m.content is string %}{{ m.content }}{% break %}{% endfor %}`,
    ],
    ['filters that the engine here does not have', `{{ messages | tojson | wordcount }}`],
    [
      'a date, a namespace and a macro',
      `{%- macro line(x) -%}{{ x }}{%- endmacro -%}{% set ns = namespace(n=0) %}{{ strftime_now('%d %b %Y') }}` +
        `{% for m in messages %}{% set ns.n = ns.n + 1 %}{{ line(m.content) }}{% endfor %}{{ tools | tojson(indent=2) if tools }}`,
    ],
  ])('%s', (_, template) => {
    expect(told(template)).toEqual([]);
  });

  it('of any length are rendered', () => {
    expect(codes(`${'A long text for the system. '.repeat(8000)}${CHATML}`)).toEqual([]);
  });
});

describe('a template that', () => {
  it.each([
    ['calls what there is not', '{{ frobnicate(messages) }}', 'Cannot call something that is not a function'],
    ['adds what is not there to a number', '{{ nothing + 1 }}', 'on undefined values'],
    ['refuses a plain question', "{{ raise_exception('not here') }}", 'not here'],
    ['has code that no engine reads', '{{ 1 + }}', 'with'],
    ['includes a file', "{% include 'x' %}", 'include'],
  ])('%s fails', (_, template, words) => {
    const [finding] = told(template);
    expect(finding).toMatchObject({ code: 'template-fails', level: 'warning' });
    expect(finding?.message).toContain(words === 'with' ? 'fails on a conversation' : words);
  });

  it('fails for one conversation only is reported with that conversation', () => {
    const [finding] = told(`{% if messages[0].role == 'system' %}{{ frobnicate() }}{% endif %}${CHATML}`);
    expect(finding?.message).toContain('on a conversation with a system message');
  });

  it('does not begin an answer is reported with the missing part', () => {
    const [finding] = told(CHATML.replace('{% if add_generation_prompt %}', '{% if false %}'));
    expect(finding).toMatchObject({ code: 'generation-prompt-missing', level: 'warning' });
    expect(finding?.message).toContain('<|im_start|>assistant');
  });

  it('writes marks that are not tokens is reported, with a higher level where some of the marks are tokens', () => {
    const level = (words: string[]) =>
      told(CHATML, [tokens(words)]).map((finding) => [finding.code, finding.level, finding.facts.words]);
    expect(level(['a', '<|im_start|>', '<|im_end|>'])).toEqual([]);
    expect(level(['a', '<|im_start|>'])).toEqual([['template-token-missing', 'warning', '<|im_end|>']]);
    expect(level(['a', 'x<|im_start|>'])).toEqual([['template-token-missing', 'advice', '<|im_start|>, <|im_end|>']]);
    // A vocabulary that is larger than one read, with a token across the border between two reads.
    const many = Array.from({ length: 80_000 }, (_, i) => `token number ${i}`);
    expect(level([...many, '<|im_start|>', ...many, '<|im_end|>'])).toEqual([]);
  });
});

describe('a hostile template', () => {
  it.each([
    ['loops in loops', '{% for a in range(20000) %}{% for b in range(20000) %}{% endfor %}{% endfor %}'],
    ['a range without an end', '{% for a in range(10**15) %}{% endfor %}'],
    [
      'a text that doubles',
      "{% set ns = namespace(x='x') %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    ],
    [
      'a list that doubles',
      '{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}',
    ],
    [
      'lists in lists, written out',
      '{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x | tojson }}',
    ],
    ['a macro that calls itself', '{% macro f(x) %}{{ f(x) }}{{ f(x) }}{% endmacro %}{{ f(1) }}'],
  ])('with %s ends', (_, template) => {
    expect(codes(template)).toEqual(['template-endless']);
  });

  it('of blanks, which the template reader scans again and again, ends', () => {
    expect(codes(`${' \n'.repeat(60_000)}{{ 1 }}`).filter((code) => code !== 'template-endless')).toEqual([]);
  });

  it('cannot reach the program', () => {
    expect(
      codes("{{ messages.constructor.constructor('return process')().exit(3) }}{{ ''.__proto__ }}").filter(
        (code) => code !== 'template-fails',
      ),
    ).toEqual([]);
  });
});

describe('two templates', () => {
  it('are compared by what they make of conversations', () => {
    const other = CHATML.replaceAll("'<|im_start|>' + m.role", "'<|im_start|>' ~ m['role']");
    expect(compareTemplates(CHATML, other)).toMatchObject({
      same: ['user', 'system', 'assistant', 'tools', 'none'],
      different: [],
    });
    const strict = `{% if tools %}{{ 'TOOLS' }}{% endif %}${CHATML}`;
    expect(compareTemplates(CHATML, strict)).toMatchObject({
      same: ['user', 'system', 'assistant', 'none'],
      different: [{ conversation: 'tools', after: expect.stringMatching(/^TOOLS/) }],
    });
  });
});
