/**
 * The lengths that the axes of a tensor must have according to the model's hyperparameters (the loaders of llama.cpp, src/models). Designs
 * differ, so an axis has a list of all lengths that some loader accepts; a length that is not in the list is wrong in every design.
 */

import type { LengthRules } from '../architectures/architecture.js';
import { facetOf } from '../architectures/book.js';
import type { AxisName, RoleId } from '../words/roles.js';
import { ownNumber } from './entries.js';
import { atLayer, distinct, type PerLayer } from './hyperparameters.js';
import type { Model, ModelTensor } from './model.js';

export interface Demand {
  /** Index of the axis, from 0, and its name. */
  index: number;
  axis: AxisName;
  /** Allowed lengths, the most likely first. */
  lengths: readonly number[];
  /** The key that they follow from, without its prefix. */
  key: string;
}

const NORMS: readonly RoleId[] = [
  ...(['attention-norm', 'attention-norm-2', 'post-attention-norm', 'feed-forward-norm'] as const),
  ...(['post-feed-forward-norm', 'layer-output-norm', 'output-norm', 'token-embedding-norm'] as const),
];
const ATTENTION: readonly RoleId[] = [
  ...([
    'attention-query',
    'attention-key',
    'attention-value',
    'attention-output',
    'attention-query-key-value',
  ] as const),
  ...(['attention-query-down', 'attention-query-up', 'attention-key-value-down', 'attention-sinks'] as const),
  ...(['latent-query-norm', 'latent-key-value-norm', 'query-norm', 'key-norm'] as const),
];
const FEEDING: readonly RoleId[] = [
  ...(['feed-forward-gate', 'feed-forward-up', 'feed-forward-down', 'feed-forward-gate-up'] as const),
  ...(['expert-gate', 'expert-up', 'expert-down', 'expert-gate-up', 'expert-router'] as const),
  ...(['shared-expert-gate', 'shared-expert-up', 'shared-expert-down'] as const),
];
const ENDS: readonly RoleId[] = ['token-embedding', 'output', 'position-embedding', 'rope-frequencies'];

const JUDGED: ReadonlySet<RoleId> = new Set([...NORMS, ...ATTENTION, ...FEEDING, ...ENDS]);

/** The numbers of a model from which lengths are computed, looked up once. */
export class ShapeDemands {
  readonly #numbers: Numbers | null;

  /** `model` has the metadata: for the tensors of a later shard it is the first shard. */
  constructor(model: Model) {
    const rules = facetOf(model.hyperparameters.architecture, 'lengths');
    this.#numbers = rules === null ? null : readNumbers(model, rules);
  }

  /** The demands on the axes of a tensor; empty for roles and architectures that are not judged. */
  of(tensor: ModelTensor, layer: LayerFacts): Demand[] {
    const { role, component } = tensor.classified;
    if (this.#numbers === null || component !== 'text' || !JUDGED.has(role) || tensor.roleRow.axes.length === 0)
      return [];
    const part = tensor.classified.part;
    if (part !== 'weight' && part !== '') return [];
    const numbers = this.#numbers;
    return tensor.roleRow.axes.flatMap((axis, index) => {
      const demand = lengthsOf(axis, tensor, layer, numbers);
      const lengths = [...new Set(demand?.lengths.filter((length) => length > 0))];
      return demand === null || lengths.length === 0 ? [] : [{ index, axis, lengths, key: demand.key }];
    });
  }
}

/** Facts about a layer that change the meaning of its tensors. */
export interface LayerFacts {
  /** A layer that keeps a state uses names of attention for its inputs. */
  recurrent: boolean;
  /** Without a separate gate, the up matrix may also hold the gate. */
  gated: boolean;
  sharedGated: boolean;
}

interface Numbers {
  rules: LengthRules;
  embedding: number | null;
  heads: PerLayer | null;
  headsKv: PerLayer | null;
  /** Lengths of a key and of a value of one head, in any kind of layer. */
  keys: number[];
  values: number[];
  rotated: number[];
  feedForward: PerLayer | null;
  expert: number | null;
  expertsUsed: number | null;
  sharedExperts: number;
  sharedExpert: number | null;
  expertLatent: number | null;
  queryLatent: number | null;
  keyValueLatents: number[];
  context: number | null;
}

function readNumbers(model: Model, rules: LengthRules): Numbers {
  const said = model.hyperparameters;
  const own = (key: string) => ownNumber(model, key);
  const ownAll = (...keys: string[]) => keys.map(own).filter((value) => value !== null && value > 0) as number[];
  const [most] = distinct(said.headCount);
  const shared = said.embeddingLength && most ? [Math.floor(said.embeddingLength / most)] : [];
  const rotated = ownAll('rope.dimension_count', 'rope.dimension_count_swa');
  const lengths = (what: string, known: number | null) => {
    if (rules.headIsRotated && rotated.length > 0) return rotated;
    const given = ['_mla', '', '_swa', '_mla_swa'].map((kind) => `attention.${what}${kind}`);
    return [
      ...ownAll(...given, 'kda.head_dim'),
      ...(known === null || own(`attention.${what}`) !== null ? [] : [known, ...shared]),
    ];
  };
  return {
    rules,
    embedding: said.embeddingLength,
    heads: said.headCount,
    headsKv: said.headCountKv,
    keys: lengths('key_length', said.keyLength),
    values: lengths('value_length', said.valueLength),
    rotated,
    feedForward: said.feedForwardLength,
    expert: own('expert_feed_forward_length'),
    expertsUsed: said.expertUsedCount,
    sharedExperts: own('expert_shared_count') || 1,
    sharedExpert: own('expert_shared_feed_forward_length'),
    expertLatent: own('moe_latent_size') ?? own('expert_latent_length'),
    queryLatent: own('attention.q_lora_rank'),
    keyValueLatents: ownAll('attention.kv_lora_rank', 'attention.kv_lora_rank_swa'),
    context: said.contextLength,
  };
}

type Lengths = Pick<Demand, 'lengths' | 'key'> | null;

const lengths = (key: string, ...values: (number | null)[]): Lengths => ({
  lengths: values.filter((value) => value !== null),
  key,
});

function lengthsOf(axis: AxisName, tensor: ModelTensor, layer: LayerFacts, n: Numbers): Lengths {
  const { role } = tensor.classified;
  switch (axis) {
    case 'embedding': {
      if (role === 'attention-norm-2') return lengths('embedding_length', n.embedding, ...headsTogether(tensor, n));
      const latent = role.startsWith('expert-') && role !== 'expert-router' ? n.expertLatent : null;
      return lengths('embedding_length', n.embedding, latent);
    }
    case 'position':
      return lengths('context_length', n.context);
    case 'rotation pair': {
      const half = [...n.rotated, ...n.keys].map((length) => Math.floor(length / 2));
      return lengths('rope.dimension_count', ...half);
    }
    case 'latent query':
      return lengths('attention.q_lora_rank', n.queryLatent);
    case 'latent key-value':
      if (n.rules.latentIsHead) return lengths('attention.key_length', ...n.keys);
      return lengths('attention.kv_lora_rank', ...n.keyValueLatents);
    case 'latent key-value and position': {
      const sums = n.keyValueLatents.flatMap((latent) => n.rotated.map((rotated) => latent + rotated));
      return lengths('attention.kv_lora_rank', ...sums);
    }
    case 'feed-forward':
    case 'expert feed-forward':
    case 'gate and up':
      return feedForwardLengths(axis, tensor, layer, n);
    default:
      return headLengths(axis, tensor, layer, n);
  }
}

/** Lengths of the concatenated outputs of all heads. */
function headsTogether({ classified }: ModelTensor, n: Numbers): number[] {
  return n.values.map((length) => (atLayer(n.heads, classified.layer ?? 0) ?? 0) * length);
}

function feedForwardLengths(
  axis: AxisName,
  tensor: ModelTensor,
  { gated, sharedGated }: LayerFacts,
  n: Numbers,
): Lengths {
  const { role, layer } = tensor.classified;
  const plain = atLayer(n.feedForward, layer ?? 0);
  // If the key is missing, the experts divide the width of a dense layer among them.
  const split = plain !== null && n.expertsUsed ? Math.floor(plain / n.expertsUsed) : null;
  const experts = [n.expert, plain, split].filter((length) => length !== null && length > 0) as number[];
  if (axis === 'gate and up') {
    const single = role.startsWith('expert-') ? experts : [plain ?? 0];
    return lengths('feed_forward_length', ...single.map((length) => 2 * length));
  }
  if (axis === 'feed-forward') {
    if (n.rules.denseIsEmbedding) return lengths('embedding_length', n.embedding);
    if (plain === null || plain === 0) return null;
    const halves = n.rules.gateCounted ? [plain / 2] : [];
    const doubled = role === 'feed-forward-up' && !gated ? [2 * plain] : [];
    return lengths('feed_forward_length', plain, ...halves, ...doubled);
  }
  if (!role.startsWith('shared-')) {
    return lengths(n.expert ? 'expert_feed_forward_length' : 'feed_forward_length', ...experts);
  }
  const all = [n.sharedExpert, ...experts].filter((length) => length !== null && length > 0) as number[];
  return lengths(
    n.sharedExpert ? 'expert_shared_feed_forward_length' : 'expert_feed_forward_length',
    ...all.flatMap((length) => [length * n.sharedExperts, length]),
    // Here too, without a separate gate, the up matrix may also hold the gate.
    ...(role === 'shared-expert-up' && !sharedGated ? all.map((length) => 2 * length) : []),
  );
}

function headLengths(axis: AxisName, tensor: ModelTensor, { recurrent }: LayerFacts, n: Numbers): Lengths {
  const { role, layer } = tensor.classified;
  const heads = atLayer(n.heads, layer ?? 0);
  const headsKv = n.rules.equalHeads === true ? heads : atLayer(n.headsKv, layer ?? 0);
  if (!heads || recurrent) return null;
  const times = (count: number | null, each: readonly number[]) => each.map((length) => (count ?? 0) * length);
  switch (axis) {
    case 'heads':
      return role === 'attention-sinks' ? lengths('attention.head_count', heads) : null;
    case 'head':
      if (role === 'key-norm' && n.rules.keyNormIsRotated) return lengths('rope.dimension_count', ...n.rotated);
      if (role === 'query-norm' && n.rules.factorPerHead) return lengths('attention.head_count', 1);
      // Norms of single heads, or of all heads at once.
      return lengths('attention.key_length', ...n.keys, ...times(heads, n.keys), ...times(headsKv, n.keys));
    case 'query heads': {
      if (role === 'attention-output')
        return lengths('attention.head_count', ...times(heads, [...n.values, ...n.keys]));
      const gate = n.rules.gatedQuery ? 2 : 1;
      return lengths('attention.head_count', ...times(heads * gate, n.keys));
    }
    case 'key heads':
      return headsKv === 0 ? null : lengths('attention.head_count_kv', ...times(headsKv, n.keys));
    case 'value heads':
      return headsKv === 0 ? null : lengths('attention.head_count_kv', ...times(headsKv, n.values));
    case 'query, key and value heads': {
      if (n.rules.gatedQuery) return null;
      const counts = [headsKv ?? heads, ...(n.rules.equalHeads === 'in-some' ? [heads] : [])];
      const sums = counts.flatMap((count) =>
        n.keys.flatMap((key) => n.values.map((value) => heads * key + count * (key + value))),
      );
      return lengths('attention.head_count', ...sums);
    }
    default:
      return null;
  }
}
