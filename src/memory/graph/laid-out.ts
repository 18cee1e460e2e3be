/**
 * Which parts of a description can be built as nodes here. A description with further parts would give an incomplete graph, so no graph is
 * built and the estimate is used.
 */

import type { Block, Branch, Experts, Forward, Input, Layer, Output, Step } from '../../architectures/forward.js';
import { UnfitTensors } from './graph-tensor.js';

type Parts<T> = readonly (keyof T & string)[];

const PASS: Parts<Forward> = ['norm', 'epsilon', 'rmsEpsilonElse', 'input', 'streams', 'layer', 'cycles', 'output'];
const INPUT: Parts<Input> = ['scale', 'norm', 'positions', 'layerEmbeddings', 'tokenTypes'];
const LAYER: Parts<Layer> = ['steps', 'outputScale', 'storedOutputScale', 'addsInput', 'normBehind'];
const STEP: Parts<Step> = [
  ...(['branches', 'normOfSum', 'normBehindSum', 'residualScale', 'residualIsNormed'] as const),
  ...(['mixesWith', 'streams', 'putsAside'] as const),
];
const BRANCH: Parts<Branch> = ['norm', 'reads', 'normKind', 'bareNorm', 'block', 'post', 'scale'];
const EXPERTS: Parts<Experts> = [
  ...(['gating', 'normalized', 'scale', 'weightsBefore', 'routerReads', 'routerNormed', 'activation'] as const),
  ...(['length', 'clamp', 'besideDense', 'sharedHalves', 'sharedClamp', 'latent', 'sharedLength'] as const),
];
const OUTPUT: Parts<Output> = [
  ...([
    'streams',
    'mixesWith',
    'norm',
    'normKind',
    'bareNorm',
    'scale',
    'cap',
    'ignoresBias',
    'suppressed',
    'rank',
  ] as const),
];

type BlockOf<K extends Block['kind']> = Extract<Block, { kind: K }>;

const BLOCKS: { readonly [K in Block['kind']]?: Parts<BlockOf<K>> } = {
  attention: [
    ...([
      'names',
      'headLengths',
      'headNorm',
      'fusedParts',
      'valueNorm',
      'rotation',
      'sees',
      'window',
      'scale',
    ] as const),
    ...(['temperature', 'cap', 'alibi', 'clamp', 'valueScale', 'gate', 'ignoresOutputBias', 'innerNorm'] as const),
    ...(['keysOf', 'valuesFromKeys'] as const),
  ],
  'latent-attention': ['rotation', 'window', 'scale', 'temperature', 'gate', 'indexer'],
  linear: ['tensor'],
  'layer-embedding': ['activation'],
  'feed-forward': [
    ...(['activation', 'gateInUp', 'ignoresBiases', 'length', 'clamp', 'innerNorm', 'divisor', 'experts'] as const),
  ],
  'short-convolution': ['sees'],
  mamba: ['normed', 'byHead'],
  'mamba-2': ['normed'],
  'rwkv-6': [],
  'rwkv-7': [],
  'channel-mixing': [],
  'delta-rule': ['sharing', 'gate'],
  'kimi-delta': ['bound'],
  lightning: [],
};

/** Throws UnfitTensors if the description of the pass, apart from its layers, has parts that cannot be built. */
export function demandLaidOut({ input, output, ...forward }: Forward): void {
  demandParts(forward, PASS);
  demandParts(input, INPUT);
  demandParts(output, OUTPUT);
}

/** The same for a layer. */
export function demandLayerLaidOut(layer: Layer): void {
  demandParts(layer, LAYER);
  for (const step of layer.steps) {
    demandParts(step, STEP);
    for (const branch of step.branches) {
      demandParts(branch, BRANCH);
      demandBlock(branch.block);
    }
  }
}

function demandBlock(block: Block): void {
  const parts: readonly string[] | undefined = BLOCKS[block.kind];
  if (!parts) throw new UnfitTensors(`${block.kind} is not laid out`);
  demandParts(block, ['kind', ...parts]);
  if (block.kind === 'feed-forward' && block.experts) demandParts(block.experts, EXPERTS);
}

function demandParts(described: object, parts: readonly string[]): void {
  for (const [part, value] of Object.entries(described)) {
    if (value !== undefined && !parts.includes(part)) throw new UnfitTensors(`${part} is not laid out`);
  }
}
