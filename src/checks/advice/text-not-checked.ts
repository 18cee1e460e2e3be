import type { Finding } from '../../gguf/finding.js';
import type { Check } from '../check.js';
import { textsNotFinished } from '../hidden-texts.js';
import { judgedTemplatesOf } from '../jinja/templates.js';
import { shortened } from '../place.js';

/** The rules that read texts. Where they end early, what they would have found is not known. */
export const READ_TEXTS: readonly Finding['code'][] = [
  'control-characters',
  'hidden-characters',
  'template-hidden-characters',
  'template-reach',
  'template-unparsable',
  'template-trigger',
  'template-network',
  'template-encoded-data',
  'template-unknown-functions',
];

/** A file with more text than the rules read: without this a file that is built to tire them would pass as if it were clean. */
export const textNotChecked: Check = {
  code: 'text-not-checked',
  judge({ file }) {
    const templates = judgedTemplatesOf(file).left.map(({ key, offset }) => ({
      what: 'a chat template',
      place: { offset, key: shortened(key) },
    }));
    const left = [...templates, ...textsNotFinished(file)];
    const [first] = left;
    if (first === undefined) return [];
    return [{ code: 'text-not-checked', place: first.place, facts: { count: left.length, what: first.what } }];
  },
};
