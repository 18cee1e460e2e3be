/** The way of a token as a chain of steps, each with its name above and what leaves it below. */

import type { ExplainReport, FlowStep } from '../../report/explain-schema.js';
import { formatCount, formatInteger } from '../../words/format-quantity.js';
import type { RenderOptions } from '../options.js';
import { displayWidth, wrap } from './columns.js';

const ARROW = ' → ';

export function flowSection({ flow, model }: ExplainReport, { width, theme }: RenderOptions): string[] {
  if (flow.length === 0) return [];
  const steps = flow.map((step) => stepWords(step, model.tiedOutput));
  const lines: string[] = [];
  let names = '';
  let values = '';
  for (const [name, value] of steps) {
    const size = Math.max(displayWidth(name), displayWidth(value));
    if (values !== '' && displayWidth(values) + ARROW.length + size > width - 4) {
      lines.push(theme.muted(names.trimEnd()), `${values.trimEnd()} →`);
      names = values = '';
    }
    const joint = values === '' ? '' : ARROW;
    names += ' '.repeat(joint.length) + name.padEnd(size);
    values += joint + value + ' '.repeat(size - displayWidth(value));
  }
  lines.push(theme.muted(names.trimEnd()), values.trimEnd());
  const note =
    'A layer adds what it computes to the vector that passes through. How much one token matters to another is ' +
    'computed from the text, for every text anew: no weight holds it.';
  return [theme.heading('THE WAY OF A TOKEN'), ...lines, ...wrap(note, width - 2).map(theme.muted)];
}

function stepWords({ step, size, repeat, parts }: FlowStep, tied: boolean): [name: string, value: string] {
  const length = formatInteger(size ?? 0);
  switch (step) {
    case 'tokens':
      return ['token id', size === undefined ? 'an id' : `0 … ${formatInteger(Math.max(0, size - 1))}`];
    case 'embedding':
      return ['embedding', `row of ${length}`];
    case 'encoder':
    case 'layers':
      return [
        `${formatCount(repeat ?? 1, step === 'encoder' ? 'encoder layer' : 'layer')}, each`,
        `(${(parts ?? []).join(' → ')})`,
      ];
    case 'norm':
      return ['norm', length];
    case 'output':
      return [tied ? 'output (the embedding again)' : 'output', `${length} scores`];
    case 'result':
      return size === 1 ? ['softmax', 'next token'] : ['result', `vectors of ${length}`];
  }
}
