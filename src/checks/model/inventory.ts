/** Compares the tensors of a whole model with those that its architecture requires. */

import { architectureOf, facetOf } from '../../architectures/book.js';
import { foldNames } from '../../model/fold-names.js';
import { gapsIn } from '../../model/inventory/gaps.js';
import { loneGaps } from '../../model/inventory/lone-gaps.js';
import { defineCheck } from '../define-check.js';
import { listed } from '../listed.js';
import { type WholeModel, wholeModel } from '../whole-model.js';

export const INVENTORY_CHECKS = [
  /**
   * Tensors without which llama.cpp's loader fails ("missing tensor 'blk.3.attn_q.weight'"). For the few architectures whose required
   * tensors are not known, it reports layers that are missing completely, and incomplete sets of experts that are stored as separate
   * tensors.
   */
  defineCheck({
    code: 'missing-tensors',
    group: 'model',
    level: 'error',
    says: 'the architecture {architecture} needs {count, tensor} that the file does not have: {examples}',
    hint: 'llama.cpp says "missing tensor" and refuses the model; convert it again, or download the complete model',
    appliesTo: wholeModel,
    judge({ whole }) {
      const missing = missingFrom(whole);
      const [first] = missing;
      if (first === undefined) return [];
      const facts = {
        architecture: whole.architecture,
        count: missing.length,
        examples: listed(foldNames(missing)),
      };
      return [{ place: { tensor: first }, facts }];
    },
  }),
  /**
   * Tensors that llama.cpp's loader does not ask for: of another architecture, of layers that the model does not have, or unknown. The
   * loader compares the number it asked for with the number in the file and fails ("wrong number of tensors").
   */
  defineCheck({
    code: 'surplus-tensors',
    group: 'model',
    level: 'error',
    says: 'a model of the architecture {architecture} with {layers, layer} does not use {count, tensor}: {examples}',
    hint: 'llama.cpp says "wrong number of tensors" and refuses the model',
    appliesTo: wholeModel,
    judge({ model, whole }) {
      const { stock } = whole;
      if (stock === null) return [];
      const surplus = whole.tensors.filter(({ name }) => !stock.uses(name));
      const [first] = surplus;
      if (first === undefined) return [];
      const own = model.tensors.includes(first);
      const place = own ? { offset: first.offset, tensor: first.name } : { tensor: first.name };
      const facts = {
        architecture: whole.architecture,
        layers: model.hyperparameters.blockCount ?? 0,
        count: surplus.length,
        examples: listed(foldNames(surplus.map(({ name }) => name))),
      };
      return [{ place, facts }];
    },
  }),
  /**
   * A tensor that is missing from one layer but present in all similar layers. If it is optional in the architecture (a bias, a norm for
   * queries), llama.cpp loads the model and computes wrong results.
   */
  defineCheck({
    code: 'uneven-layers',
    group: 'model',
    level: 'warning',
    says: '{count, tensor} missing in only one layer: {examples}',
    hint: 'llama.cpp may load the model anyway and compute wrong results; compare it with the original',
    appliesTo: wholeModel,
    judge({ whole }) {
      const gaps = loneGaps(whole.tensors, whole.stock?.required);
      const [first] = gaps;
      if (first === undefined) return [];
      const facts = { count: gaps.length, examples: listed(foldNames(gaps)) };
      return [{ place: { tensor: first }, facts }];
    },
  }),
];

function missingFrom({ architecture, file, tensors, stock }: WholeModel): readonly string[] {
  if (facetOf(architecture, 'tensors') !== null) return stock?.missing ?? [];
  return architectureOf(architecture) !== null ? gapsIn(tensors, architecture, file) : [];
}
