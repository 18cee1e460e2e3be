/** Compares the shapes of the tensors with the hyperparameters. */

import { architectureOf } from '../../architectures/book.js';
import { ownKey } from '../../model/entries.js';
import type { Model, ModelTensor } from '../../model/model.js';
import { type Demand, type LayerFacts, ShapeDemands } from '../../model/shape-demands.js';
import { vocabularyOf } from '../../model/vocabulary.js';
import { governed } from '../applies-to.js';
import { defineCheck } from '../define-check.js';
import { tensorPlace } from '../place.js';

/** Tensors with one row or one element for each token, and the axis of the tokens. */
const BY_TOKEN: Readonly<Record<string, number>> = { 'token_embd.weight': 1, 'output.weight': 1, 'output.bias': 0 };

/** The axis of the experts in a tensor: the third axis of a stack, the outputs of the router, the elements of its bias. */
const EXPERT_AXIS: Readonly<Record<string, number>> = {
  'expert-gate': 2,
  'expert-up': 2,
  'expert-gate-up': 2,
  'expert-down': 2,
  'expert-router': 1,
  'expert-selection-bias': 0,
};

export const SHAPE_CHECKS = [
  /** The loader requires exactly one row for each token: it refuses padding rows as well as missing rows. */
  defineCheck({
    code: 'vocabulary-disagrees',
    group: 'model',
    level: 'error',
    says: '{tensor} has {rows, row} for {tokens, token} ({key})',
    hint: 'llama.cpp requires one row for each token; convert the model again with the tokenizer that belongs to it',
    appliesTo: governed,
    judge({ model, governing }) {
      const known = architectureOf(governing.hyperparameters.architecture);
      const vocabulary = vocabularyOf(governing);
      // The "output" of a sound decoder is a spectrum.
      if (vocabulary === null || known?.gives === 'sound') return [];
      const { outputRows } = known ?? {};
      const wrong = disagreeing(model, vocabulary.size).filter(
        (tensor) => !tensor.name.startsWith('output.') || rowsOf(tensor) !== outputRows,
      );
      return wrong.map((tensor) => ({
        place: tensorPlace(tensor),
        facts: { tensor: tensor.name, rows: rowsOf(tensor), tokens: vocabulary.size, key: vocabulary.key },
      }));
    },
  }),
  /** If the same tensor is wrong in the same way in several layers, it is reported once. */
  defineCheck({
    code: 'shape-disagrees',
    group: 'model',
    level: 'error',
    says: '{tensor}: {axis} is {found}; by {key} it must be {expected} ({count, tensor})',
    hint: 'the loader of llama.cpp checks every shape; the metadata and the tensors are from different models',
    appliesTo: governed,
    judge({ model, governing }) {
      const demands = new ShapeDemands(governing);
      const layers = layerFacts(model.tensors);
      const told = new Map<string, ReturnType<typeof wrongShape>>();
      for (const tensor of model.tensors) {
        for (const demand of demands.of(tensor, layers(tensor))) {
          const found = tensor.dimensions[demand.index] ?? 1;
          if (demand.lengths.includes(found)) continue;
          const same = `${tensor.classified.pattern} ${demand.index} ${found} ${demand.lengths[0]}`;
          const earlier = told.get(same);
          if (earlier !== undefined) {
            earlier.facts.count++;
            continue;
          }
          told.set(same, wrongShape(tensor, demand, found, governing));
        }
      }
      return [...told.values()];
    },
  }),
  /** Every stack must have the number of experts in the metadata. Only the first tensor that differs is reported. */
  defineCheck({
    code: 'expert-count-disagrees',
    group: 'model',
    level: 'error',
    says: '{tensor} is made for {found, expert}, but {key} is {expected} ({count, tensor})',
    hint: 'compare the key with the config.json of the original, and convert the model again',
    appliesTo: governed,
    judge({ model, governing }) {
      const expected = governing.hyperparameters.expertCount ?? 0;
      const wrong = model.tensors.filter((tensor) => (expertsOf(tensor) ?? expected) !== expected);
      const [first] = wrong;
      if (first === undefined) return [];
      const key = ownKey(governing.hyperparameters, 'expert_count');
      const facts = { tensor: first.name, found: expertsOf(first) as number, expected, key, count: wrong.length };
      return [{ place: tensorPlace(first), facts }];
    },
  }),
];

function disagreeing({ tensors }: Model, tokens: number): ModelTensor[] {
  return tensors.filter((tensor) => Object.hasOwn(BY_TOKEN, tensor.name) && rowsOf(tensor) !== tokens);
}

function rowsOf({ name, dimensions }: ModelTensor): number {
  return dimensions[BY_TOKEN[name] as number] ?? 1;
}

function wrongShape(tensor: ModelTensor, demand: Demand, found: number, { hyperparameters }: Model) {
  const facts = {
    tensor: tensor.name,
    dimension: demand.index,
    axis: demand.axis,
    found,
    expected: demand.lengths[0] as number,
    key: ownKey(hyperparameters, demand.key),
    count: 1,
  };
  return { place: tensorPlace(tensor), facts };
}

function layerFacts(tensors: readonly ModelTensor[]): (tensor: ModelTensor) => LayerFacts {
  const recurrent = new Set<number | null>();
  const gated = new Set<number | null>();
  const sharedGated = new Set<number | null>();
  for (const { classified, roleRow } of tensors) {
    if (roleRow.group === 'recurrent') recurrent.add(classified.layer);
    if (classified.role === 'feed-forward-gate') gated.add(classified.layer);
    if (classified.role === 'shared-expert-gate') sharedGated.add(classified.layer);
  }
  return ({ classified: { layer, role } }) => ({
    // Some layers have both attention and a state; then only the fused input belongs to the state.
    recurrent: recurrent.has(layer) && role === 'attention-query-key-value',
    gated: gated.has(layer),
    sharedGated: sharedGated.has(layer),
  });
}

/** The number of experts in a tensor; null if it does not have that axis, like the matrix of a single expert. */
function expertsOf({ classified, dimensions }: ModelTensor): number | null {
  const axis = EXPERT_AXIS[classified.role];
  const whole = ['weight', 'bias', ''].includes(classified.part);
  if (axis === undefined || !whole || classified.expert !== null || classified.component !== 'text') return null;
  return dimensions[axis] ?? 1;
}
