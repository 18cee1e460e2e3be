/** The figure of each lesson: a few rows from the model itself. None if the model has nothing to show. */

import type { Model, ModelTensor } from '../model/model.js';
import { formatBytes, formatCount, formatInteger, formatParameters } from '../words/format-quantity.js';
import { withMinus } from '../words/minus.js';
import { ROLES, type Role } from '../words/roles.js';
import { computedParts } from './computed-report.js';
import type { LessonNumbers } from './lesson-numbers.js';
import type { LessonSample } from './lesson-subjects.js';

export interface FigureRow {
  label: string;
  value: string;
}

type Figure = (model: Model, sample: LessonSample, numbers: LessonNumbers) => FigureRow[];

const MOST_ROLES = 8;

export const FIGURES: Readonly<Record<string, Figure>> = {
  weights: ({ tensors }) =>
    grouped(tensors, ({ roleRow }) => KINDS[roleRow.kind] ?? 'of no known kind').map(([label, members]) => ({
      label,
      value: `${formatParameters(sum(members, 'elements'))} numbers in ${formatCount(members.length, 'tensor')}, ${formatBytes(sum(members, 'bytes'))}`,
    })),

  lens: (_, { weights }) => numberRows(weights, 'weights'),

  lookup: (_, { row }) => numberRows(row, 'numbers'),

  roles: ({ tensors }) => {
    const rows = grouped(tensors, ({ classified }) => classified.role).sort(
      ([, a], [, b]) => sum(b, 'bytes') - sum(a, 'bytes'),
    );
    return rows.slice(0, MOST_ROLES).map(([role, members]) => ({
      label: (ROLES as Readonly<Record<string, Role>>)[role]?.title ?? role,
      value: `${formatCount(members.length, 'tensor')}, ${formatParameters(sum(members, 'elements'))} numbers, ${formatBytes(sum(members, 'bytes'))}`,
    }));
  },

  stored: (model, _, { context }) => {
    if (typeof context !== 'number') return [];
    const rows = [{ label: 'stored: weights', value: formatBytes(sum(model.tensors, 'bytes')) }];
    for (const { what, contexts } of computedParts(model)) {
      const at = contexts.find(({ contextLength }) => contextLength === context);
      if (at !== undefined) rows.push({ label: `computed: ${COMPUTED[what] ?? what}`, value: formatBytes(at.bytes) });
    }
    return rows;
  },

  quantization: (_, { block }) => {
    if (block === undefined) return [];
    const fields = block.fields.map(({ name, bytes, meaning }) => ({
      label: name,
      value: `${formatCount(bytes.length, 'byte')} (${hexStart(bytes)}): ${meaning}`,
    }));
    const formula = block.formula === null ? [] : [{ label: 'formula', value: block.formula }];
    const examples = block.examples.map(({ index, computation, value }) => ({
      label: `weight ${formatInteger(index)}`,
      value: `${computation} = ${shortNumber(value)}`,
    }));
    return [...fields, ...formula, ...examples];
  },
};

const KINDS: Readonly<Record<string, string>> = {
  matrix: 'matrices, which transform vectors',
  'lookup table': 'tables, read by row',
  vector: 'vectors: norms, biases, factors',
  scalar: 'single numbers',
  convolution: 'filters that slide',
  constants: 'constants, computed once',
};

const COMPUTED: Readonly<Record<string, string>> = {
  'kv-cache': 'cache of keys and values, kept',
  'recurrent-state': 'state of recurrent layers, kept',
  'attention-scores': 'attention scores of one layer',
  activations: 'vectors between two layers',
  logits: 'scores of the next token',
};

function grouped(tensors: readonly ModelTensor[], by: (tensor: ModelTensor) => string): [string, ModelTensor[]][] {
  const groups = new Map<string, ModelTensor[]>();
  for (const tensor of tensors) groups.set(by(tensor), [...(groups.get(by(tensor)) ?? []), tensor]);
  return [...groups];
}

function sum(tensors: readonly ModelTensor[], of: 'elements' | 'bytes'): number {
  return tensors.reduce((all, tensor) => all + (tensor[of] ?? 0), 0);
}

function numberRows(values: readonly number[] | undefined, noun: string): FigureRow[] {
  if (values === undefined) return [];
  return [{ label: `${noun} 0 to ${values.length - 1}`, value: values.map(shortNumber).join('  ') }];
}

function shortNumber(value: number): string {
  return withMinus(String(Number(value.toPrecision(4))));
}

/** The first bytes, as a hex editor shows them. */
function hexStart(bytes: Uint8Array): string {
  const shown = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return bytes.length > 4 ? `${shown} …` : shown;
}
