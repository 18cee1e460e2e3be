/** More text or more templates than the rules read or a reviewer expects. */

import { anyFile } from '../applies-to.js';
import { defineCheck } from '../define-check.js';
import { textsNotFinished } from '../hidden-texts.js';
import { judgedTemplatesOf, templatesOf } from '../jinja/templates.js';
import { listed } from '../listed.js';
import { shortened } from '../place.js';

export const TEXT_AMOUNT_CHECKS = [
  /** A chat template that is kept only in part, so the other rules did not see all of it. */
  defineCheck({
    code: 'template-too-long',
    group: 'advice',
    level: 'warning',
    says: 'the chat template has {size, bytes}; only its first {judged, bytes} were judged',
    hint: 'read the rest: gguf-explain metadata MODEL tokenizer.chat_template',
    appliesTo: anyFile,
    judge({ file }) {
      return templatesOf(file).flatMap(({ key, offset, text, whole, byteLength }) => {
        if (whole) return [];
        const facts = { size: byteLength ?? 0, judged: Buffer.byteLength(text) };
        return [{ place: { offset, key }, facts }];
      });
    },
  }),
  /**
   * A file with more text than the rules read. Without this rule, a file could hide something by exceeding the limit and still pass as
   * clean.
   */
  defineCheck({
    code: 'text-not-checked',
    group: 'advice',
    level: 'warning',
    says: 'the file has more text than the rules read: {count, text} not checked completely, the first is {what}',
    hint: 'the rest may not be harmless; read it (gguf-explain metadata MODEL KEY) or compare it with the original model',
    appliesTo: anyFile,
    judge({ file }) {
      const templates = judgedTemplatesOf(file).left.map(({ key, offset }) => ({
        what: 'a chat template',
        place: { offset, key: shortened(key) },
      }));
      const left = [...templates, ...textsNotFinished(file)];
      const [first] = left;
      if (first === undefined) return [];
      return [{ place: first.place, facts: { count: left.length, what: first.what } }];
    },
  }),
  /** More than one chat template: the program decides which one is used, so a review has to look at all of them. */
  defineCheck({
    code: 'several-templates',
    group: 'advice',
    level: 'advice',
    says: '{count, template} for conversations: {keys}; which one is used depends on the program',
    hint: 'look up which one your program uses before you compare answers',
    appliesTo: anyFile,
    judge({ file }) {
      const templates = templatesOf(file);
      const [, second] = templates;
      if (second === undefined) return [];
      const facts = { count: templates.length, keys: listed(templates.map(({ key }) => key)) };
      return [{ place: { offset: second.offset, key: second.key }, facts }];
    },
  }),
];
