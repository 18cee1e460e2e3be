/** Blocks that carry a state from token to token, as nodes. */

import type { LayerView } from '../../architectures/layer-view.js';
import type { ChannelMixing, Recurrence } from '../../architectures/recurrence.js';
import { deltaRuleNodes, kimiDeltaNodes } from './delta-rule-nodes.js';
import { type GraphTensor, UnfitTensors } from './graph-tensor.js';
import { lightningNodes } from './lightning-nodes.js';
import { mambaNodes } from './mamba-nodes.js';
import type { Pass } from './pass.js';
import { shortConvolutionNodes } from './short-convolution-nodes.js';
import { timeMixingNodes } from './time-mixing-nodes.js';

export function recurrenceNodes(
  pass: Pass,
  block: Exclude<Recurrence, ChannelMixing>,
  at: LayerView,
  x: GraphTensor,
): GraphTensor {
  switch (block.kind) {
    case 'mamba':
    case 'mamba-2':
      return mambaNodes(pass, block, at, x);
    case 'short-convolution':
      return shortConvolutionNodes(pass, block, at, x);
    case 'delta-rule':
      return deltaRuleNodes(pass, block, at, x);
    case 'kimi-delta':
      return kimiDeltaNodes(pass, block, at, x);
    case 'rwkv-6':
    case 'rwkv-7':
      return timeMixingNodes(pass, block, at, x);
    case 'lightning':
      return lightningNodes(pass, at, x);
    case 'ngram-embedding':
      throw new UnfitTensors(block.kind);
  }
}
