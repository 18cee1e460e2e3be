/**
 * Texts that are written to keep the rules busy. Each rule is linear in the length of a text, so that the longest kept text takes some
 * milliseconds; with a rule that is not linear it takes most of a minute. The time limit of a test tells the two apart.
 */

import { describe, expect, it } from 'vitest';
import { MOST_JUDGED } from '../../src/checks/jinja/templates.js';
import { RULES } from '../../src/checks/registry.js';
import { NO_SURROUNDINGS } from '../../src/checks/surroundings.js';
import type { Finding } from '../../src/gguf/finding.js';
import { labelOf } from '../../src/locate/hugging-face/listing.js';
import { interpret } from '../../src/model/model.js';
import { remoteFileName } from '../../src/words/remote-names.js';
import { withoutSecrets } from '../../src/words/without-secrets.js';
import { withoutTrailing } from '../../src/words/without-trailing.js';
import { type Entry, list, tensor, text, writeGguf } from '../support/gguf-writer.js';
import { read } from '../support/reading.js';

const ABOUT = [text('general.architecture', 'llama'), text('general.name', 'X'), text('general.license', 'mit')];

function advise(...entries: Entry[]): Finding[] {
  const bytes = writeGguf({ metadata: [...ABOUT, ...entries], tensors: [tensor('output_norm.weight', [32])] });
  const model = interpret(read(bytes));
  return RULES.filter(({ group }) => group === 'advice').flatMap((rule) => rule.judge(model, NO_SURROUNDINGS));
}

const codes = (findings: readonly Finding[]) => findings.map(({ code }) => code);

/** Repeats a text until the result, with its two ends, is `length` long. */
const filled = (before: string, part: string, after: string, length = MOST_JUDGED) =>
  before + part.repeat(Math.floor((length - before.length - after.length) / part.length)) + after;

/** The parts of each template: its beginning, the repeated unit, and its end. */
const TIRING: Record<string, readonly [string, string, string]> = {
  'an address of dots': ['https://a', '.', 'x'],
  'many addresses of dots': ['', 'http://a......... ', 'x'],
  'addresses in addresses': ['', 'http://', ''],
  'a chain of in': ["{% if message.content and 'a'", " in 'a'", ' %}{% endif %}'],
  'a chain of not in': ["{% if message.content and 'a'", " not in 'a'", ' %}{% endif %}'],
  'a chain of in a field': ["{% if 'a'", " in m and 'a'", ' in content %}http://x{% endif %}'],
  'many conditions': ['', "{% if 'a' in content %}", 'http://x.example'],
  'strings that are joined': ["{{ '__a'", " ~ '__a'", ' }}'],
  'climbing names': ['{{ ', '__', 'x }}'],
  'open brackets': ['{{ ', '(', ' }}'],
  'open braces': ['', '{', ''],
  'a string that nothing closes': ["{{ '", '\\a', ' }}'],
  'a comment that nothing closes': ['{#', ' #', ''],
  'raw blocks': ['', '{% raw %}{% endraw %}', ''],
  'a raw block of openings': ['{% raw %}', '{%    ', ''],
  numbers: ['{{ ', '1_', ' }}'],
  'Base64 in short runs': ['', `${'aB3'.repeat(21)} `, ''],
  'hexadecimal escapes': ['', '\\x41', '\\xg'],
  'an element without an end': ['', '<a ', ''],
  'an event handler that never comes': ['<a ', 'on', ''],
  'data that is no data': ['', 'data:a/a', ''],
  'a wish to visit': ['', 'visit        the        ', ''],
  'emoji with selectors': ['', '☺️', ''],
  'joiners at home': ['', 'ن‌', ''],
  lines: ['', '\n', "{{ '__class__' }}"],
};

describe('a template of the longest kind', () => {
  it.each(Object.entries(TIRING))('is checked without delay: %s', (_, [before, part, after]) => {
    expect(codes(advise(text('tokenizer.chat_template', filled(before, part, after))))).not.toContain('internal-error');
  });

  it('is still reported for what it does', () => {
    const dots = filled('Go to https://a.example/b', '.', '');
    const [found] = advise(text('tokenizer.chat_template', dots)).filter(({ code }) => code === 'template-network');
    expect(found?.facts.found).toBe('https://a.example/b');
    const chain = filled("{% if 'free'", " in 'a'", ' in message.content %}https://a.example{% endif %}');
    expect(codes(advise(text('tokenizer.chat_template', chain)))).toContain('template-trigger');
  });
});

describe('a file with more text than is read', () => {
  const reach = "{{ ''.__class__ }}";
  const few = (count: number, length: number): Entry[] =>
    Array.from({ length: count }, (_, i) => text(`tokenizer.chat_template.t${i}`, filled('', 'a ', reach, length)));

  it('reports how many templates were skipped, and the position of the first one', () => {
    const found = advise(...few(8, MOST_JUDGED / 4));
    expect(codes(found).filter((code) => code === 'template-reach')).toHaveLength(4);
    const [left] = found.filter(({ code }) => code === 'text-not-checked');
    expect(left).toMatchObject({
      place: { key: 'tokenizer.chat_template.t4' },
      facts: { count: 4, what: 'a chat template' },
    });
  });

  it('has no such finding where all of it is read', () => {
    expect(codes(advise(...few(4, MOST_JUDGED / 4)))).not.toContain('text-not-checked');
  });

  it('is not fully checked where a value has more joiners than the limit', () => {
    const honest = advise(text('general.description', 'ن‌'.repeat(1000)));
    expect(codes(honest)).not.toContain('text-not-checked');
    const joiners = filled('', 'ن‌', '', 100_000);
    const found = advise(text('a.a', joiners), text('a.b', joiners), text('general.url', 'ن‌'));
    expect(found.find(({ code }) => code === 'text-not-checked')).toMatchObject({
      place: { key: 'a.b' },
      facts: { count: 2, what: 'the value' },
    });
  });

  it('is not fully checked where the reader kept only the beginning of a value', () => {
    const found = advise(text('a.a', 'x'.repeat(300_000)), list('a.b', 'string', Array(2000).fill('x')));
    expect(found.find(({ code }) => code === 'text-not-checked')).toMatchObject({
      place: { key: 'a.a' },
      facts: { count: 2, what: 'the value' },
    });
    expect(codes(advise(list('a.b', 'u32', Array(2000).fill(1))))).not.toContain('text-not-checked');
  });
});

describe('words from outside', () => {
  const LENGTH = 1_000_000;

  it.each(['?', '?token', '&token=', 'a.', '://', 'a://b:c', 'a://h:1/', '@', 'http://a:b@c/?key=d&'])(
    'are shown without their secrets, whatever they repeat: %s',
    (part) => {
      const told = withoutSecrets(`@ http://user:word@host/?token=abc ${part.repeat(LENGTH / part.length)}`);
      expect(told).toMatch(/^@ http:\/\/\*\*\*@host\/\?token=\*\*\* /);
    },
  );

  it.each(['a', '.gguf', '@', '/', '?', 'x.gguf@/'])('name a file, whatever they repeat: %s', (part) => {
    expect(remoteFileName(`https://a.example/${part.repeat(LENGTH / part.length)}/x.gguf?a=1`)).not.toBeNull();
  });

  it('have a label, however many labels they seem to have', () => {
    expect(labelOf(`${'_Q4'.repeat(LENGTH / 3)}@x-Q4_K_M.gguf`)).toBe('Q4_K_M');
    expect(labelOf(`model-UD-Q4_K_XL.gguf`)).toBe('UD-Q4_K_XL');
  });

  it('end without certain characters', () => {
    expect(withoutTrailing('a..b.,.', '.,')).toBe('a..b');
    expect(withoutTrailing('...', '.')).toBe('');
    expect(withoutTrailing(`${'/'.repeat(LENGTH)}x`, '/')).toHaveLength(LENGTH + 1);
  });
});
