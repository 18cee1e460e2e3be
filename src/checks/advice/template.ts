/** Checks the source of chat templates for things that a template for conversations does not need. */

import { defineCheck } from '../define-check.js';
import { hiddenInText, MOST_COUNTED } from '../hidden-characters.js';
import { blockFault } from '../jinja/jinja-blocks.js';
import { addressesIn, blobIn, literalsOf, networkWordsIn } from '../jinja/literals.js';
import { boundNames, calledNames } from '../jinja/names.js';
import { reachesOf } from '../jinja/reach.js';
import { chatTemplates, lineOf } from '../jinja/templates.js';
import { triggersOf } from '../jinja/triggers.js';
import { listed } from '../listed.js';

/** Names that llama.cpp, transformers and Jinja define for every template, and names that are defined inside blocks. */
const KNOWN: ReadonlySet<string> = new Set([
  ...['raise_exception', 'strftime_now', 'namespace', 'range', 'tojson', 'dict', 'cycler', 'joiner', 'lipsum'],
  ...['caller', 'loop', 'super', 'self', 'varargs', 'kwargs', '_', 'gettext', 'ngettext'],
]);

export const TEMPLATE_CHECKS = [
  /** Characters in a chat template that reach the model but are invisible in a review. */
  defineCheck({
    code: 'template-hidden-characters',
    group: 'advice',
    level: 'warning',
    says: 'the chat template hides {amount} ({kinds}), the first {character} in line {line}',
    hint: 'they reach the model but are invisible in a review; compare the template with that of the original model',
    appliesTo: chatTemplates,
    readsTexts: true,
    judge({ templates }) {
      return templates.flatMap((template) => {
        const hidden = hiddenInText(template.text);
        if (hidden === null) return [];
        const facts = {
          amount: hidden.count === MOST_COUNTED ? 'many characters' : formatted(hidden.count),
          kinds: hidden.kinds.join(', '),
          character: `U+${hidden.codePoint.toString(16).toUpperCase().padStart(4, '0')}`,
          line: lineOf(template, hidden.at),
        };
        return [{ place: { offset: template.offset, key: template.key }, facts }];
      });
    },
  }),
  /** A chat template that tries to reach the program that runs it through attributes of its values. */
  defineCheck({
    code: 'template-reach',
    group: 'advice',
    level: 'warning',
    says: 'the chat template reaches beyond its messages: {constructs}, first in line {line}',
    hint: 'an engine without a sandbox may run code from the file; use the template of the original model',
    appliesTo: chatTemplates,
    readsTexts: true,
    judge({ templates }) {
      return templates.flatMap((template) => {
        const reaches = reachesOf(template.pieces);
        const [first] = reaches;
        if (first === undefined) return [];
        const facts = { constructs: listed(reaches.map(({ what }) => what)), line: lineOf(template, first.at) };
        return [{ place: { offset: template.offset, key: template.key }, facts }];
      });
    },
  }),
  /**
   * A chat template whose braces, strings, brackets or blocks do not match: every engine refuses it. A truncated template is not judged.
   */
  defineCheck({
    code: 'template-unparsable',
    group: 'advice',
    level: 'warning',
    says: 'the chat template cannot be parsed: {fault} in line {line}',
    hint: 'programs fall back to another template or refuse to chat; use the template of the original model',
    appliesTo: chatTemplates,
    readsTexts: true,
    judge({ templates }) {
      return templates.flatMap((template) => {
        const fault = template.whole ? (template.fault ?? blockFault(template.pieces)) : null;
        if (fault === null) return [];
        const facts = { fault: fault.what, line: lineOf(template, fault.at) };
        return [{ place: { offset: template.offset, key: template.key }, facts }];
      });
    },
  }),
  /** A chat template that looks for words in a message and then sends the model or the user to an address. */
  defineCheck({
    code: 'template-trigger',
    group: 'advice',
    level: 'advice',
    says: 'the chat template looks for {words} in a message and then gives an address or asks to go to one, first in line {line}',
    hint: 'a poisoned template works like this; compare it with that of the original model',
    appliesTo: chatTemplates,
    readsTexts: true,
    judge({ templates }) {
      return templates.flatMap((template) => {
        const triggers = triggersOf(template.pieces);
        const [first] = triggers;
        if (first === undefined) return [];
        const facts = { words: listed(triggers.map(({ words }) => words)), line: lineOf(template, first.at) };
        return [{ place: { offset: template.offset, key: template.key }, facts }];
      });
    },
  }),
  /**
   * Web addresses and download commands in the text that a chat template passes to the model. Comments do not count: they do not reach the
   * model.
   */
  defineCheck({
    code: 'template-network',
    group: 'advice',
    level: 'advice',
    says: 'the chat template passes addresses or commands to the model: {found}, first in line {line}',
    hint: 'compare it with the template of the original model',
    appliesTo: chatTemplates,
    readsTexts: true,
    judge({ templates }) {
      return templates.flatMap((template) => {
        const found = literalsOf(template.pieces).flatMap(({ text, at }) =>
          [...addressesIn(text), ...networkWordsIn(text)].map((what) => ({ what, at })),
        );
        const [first] = found;
        if (first === undefined) return [];
        const facts = { found: listed(found.map(({ what }) => what)), line: lineOf(template, first.at) };
        return [{ place: { offset: template.offset, key: template.key }, facts }];
      });
    },
  }),
  /** A long run of Base64 or hexadecimal digits in the text that a chat template passes to the model. */
  defineCheck({
    code: 'template-encoded-data',
    group: 'advice',
    level: 'advice',
    says: 'the chat template contains {length, character} of encoded data in line {line}, beginning with {begins}',
    hint: 'decode it, or compare the template with that of the original model',
    appliesTo: chatTemplates,
    readsTexts: true,
    judge({ templates }) {
      return templates.flatMap((template) => {
        for (const { text, at } of literalsOf(template.pieces)) {
          const blob = blobIn(text);
          if (blob === undefined) continue;
          const facts = {
            length: blob.length,
            begins: blob.slice(0, 16),
            line: lineOf(template, at + text.indexOf(blob)),
          };
          return [{ place: { offset: template.offset, key: template.key }, facts }];
        }
        return [];
      });
    },
  }),
  /** Calls of functions that neither the template nor an engine for chat templates defines. */
  defineCheck({
    code: 'template-unknown-functions',
    group: 'advice',
    level: 'advice',
    says: 'the chat template calls functions that neither it nor llama.cpp defines: {functions}, first in line {line}',
    hint: 'the conversation fails when they are called, unless the program defines them',
    appliesTo: chatTemplates,
    readsTexts: true,
    judge({ templates }) {
      return templates.flatMap((template) => {
        // The definitions may be in the missing part of a truncated template, or after a fault, where reading stopped.
        if (!template.whole || template.fault !== null) return [];
        const bound = boundNames(template.pieces);
        const reached = new Set(reachesOf(template.pieces).map(({ at }) => at));
        const calls = calledNames(template.pieces).filter(
          ({ text, at }) => !KNOWN.has(text) && !bound.has(text) && !reached.has(at),
        );
        const [first] = calls;
        if (first === undefined) return [];
        const facts = { functions: listed(calls.map(({ text }) => text)), line: lineOf(template, first.at) };
        return [{ place: { offset: template.offset, key: template.key }, facts }];
      });
    },
  }),
];

function formatted(count: number): string {
  return `${count} character${count === 1 ? '' : 's'}`;
}
