/** The tensors of a whole model, compared with those that its architecture must have. */

import { architectureOf, facetOf } from '../../architectures/book.js';
import { foldNames } from '../../model/fold-names.js';
import { gapsIn } from '../../model/inventory/gaps.js';
import { loneGaps } from '../../model/inventory/lone-gaps.js';
import { defineCheck } from '../define-check.js';
import { listed } from '../listed.js';
import { type WholeModel, wholeModel } from '../whole-model.js';

export const INVENTORY_CHECKS = [
  /**
   * Tensors without which llama.cpp's loader gives up ("missing tensor 'blk.3.attn_q.weight'"). Of the few architectures about which
   * it is not known what they must have, layers are told that are not there at all, and experts that stand apart and are not all there.
   */
  defineCheck({
    code: 'missing-tensors',
    group: 'model',
    level: 'error',
    says: 'the architecture {architecture} needs {count, tensor} that the file does not have: {examples}',
    hint: 'llama.cpp says "missing tensor" and refuses the model; convert it again, or download all of it',
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
   * Tensors that llama.cpp's loader does not ask for: of another architecture, of layers that the model has not, or unknown. It counts
   * what it has asked for against what is there and gives up ("wrong number of tensors").
   */
  defineCheck({
    code: 'surplus-tensors',
    group: 'model',
    level: 'error',
    says: 'a model of the architecture {architecture} with {layers, layer} has no use for {count, tensor}: {examples}',
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
   * A tensor that one layer lacks and all layers have that are otherwise like it. Where the architecture may do without it (a bias, a
   * norm for queries), llama.cpp loads such a model and computes with it, wrongly.
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
