import type { Check } from '../check.js';
import { boundNames, calledNames } from '../jinja/names.js';
import { reachesOf } from '../jinja/reach.js';
import { cutTemplatesOf, lineOf } from '../jinja/templates.js';
import { listed } from '../listed.js';

/** What llama.cpp, transformers and Jinja itself give to every template, and what a block has inside of itself. */
const KNOWN: ReadonlySet<string> = new Set([
  ...['raise_exception', 'strftime_now', 'namespace', 'range', 'tojson', 'dict', 'cycler', 'joiner', 'lipsum'],
  ...['caller', 'loop', 'super', 'self', 'varargs', 'kwargs', '_', 'gettext', 'ngettext'],
]);

/** Calls of functions that the template does not define and no engine for chat templates has. */
export const templateUnknownFunctions: Check = {
  code: 'template-unknown-functions',
  judge({ file }) {
    return cutTemplatesOf(file).flatMap((template) => {
      // Of a template that is cut short the definitions may be in the other part, and after a fault they were not read.
      if (!template.whole || template.fault !== null) return [];
      const bound = boundNames(template.pieces);
      const reached = new Set(reachesOf(template.pieces).map(({ at }) => at));
      const calls = calledNames(template.pieces).filter(
        ({ text, at }) => !KNOWN.has(text) && !bound.has(text) && !reached.has(at),
      );
      const [first] = calls;
      if (first === undefined) return [];
      const facts = { functions: listed(calls.map(({ text }) => text)), line: lineOf(template, first.at) };
      return [{ code: 'template-unknown-functions', place: { offset: template.offset, key: template.key }, facts }];
    });
  },
};
