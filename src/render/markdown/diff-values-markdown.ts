/** How far the numbers of two models are from each other, as tables of Markdown: by role, and each tensor folded away. */

import type { DiffReport } from '../../report/diff-schema.js';
import { formatCount, formatInteger } from '../../words/format-quantity.js';
import { differingTensors, errorWords, RELATIVE_ERROR, typesWords, valuesNotes } from '../diff-values-words.js';
import { details, inlineCode } from './escape.js';

/** Rows of the table of tensors at most. */
const MOST_ROWS = 150;

/** The sections, each a list of lines. */
export function diffValuesMarkdown({ values }: DiffReport): string[][] {
  if (values === undefined) return [];
  const { differing, most } = differingTensors(values);
  const notes = valuesNotes(values).map((note) => `${note.charAt(0).toUpperCase()}${note.slice(1)}.`);
  const summary = notes.flatMap((note, i) => (i === 0 ? [note] : ['', note]));
  if (differing.length === 0) return [['#### Values', '', ...summary]];
  const several = new Set(values.roles.map(({ component }) => component)).size > 1;
  const roles = values.roles
    .filter(({ relativeError }) => relativeError !== 0)
    .map(({ title, component, tensors, relativeError, worst }) => {
      const role = several ? `${title} (${inlineCode(component)})` : title;
      return `| ${role} | ${formatInteger(tensors)} | ${errorWords(relativeError)} | ${inlineCode(worst)} |`;
    });
  const rows = differing.slice(0, MOST_ROWS).map((tensor) => {
    const error = errorWords(tensor.relativeError);
    const worst = most > 0 && tensor.relativeError === most;
    return `| ${inlineCode(tensor.name)} | ${typesWords(tensor)} | ${worst ? `**${error}**` : error} |`;
  });
  const more = differing.length - MOST_ROWS;
  return [
    ['#### Values', '', `${RELATIVE_ERROR.charAt(0).toUpperCase()}${RELATIVE_ERROR.slice(1)}.`, '', ...summary],
    ['| role | tensors | relative error | worst |', '| --- | ---: | ---: | --- |', ...roles],
    details(`Relative errors of ${formatCount(differing.length, 'tensor')}`, [
      '| tensor | type | relative error |',
      '| --- | --- | ---: |',
      ...rows,
      ...(more > 0 ? ['', `And ${formatCount(more, 'more row')}; the JSON has all.`] : []),
    ]),
  ];
}
