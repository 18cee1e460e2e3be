/** The mix of residual streams that layers put aside, which blocks read (Kimi K3). */

import { add, concatenate, contiguous, multiply, operation, reshape, softmax, sumRows, view } from './graph-nodes.js';
import { F32, type GraphTensor } from './graph-tensor.js';
import { bareNorm, needed } from './linear-nodes.js';
import type { Pass } from './pass.js';

export function putAside(pass: Pass, stream: GraphTensor): void {
  const one = reshape(stream, pass.embedding, 1, pass.tokens);
  pass.carried.aside = pass.carried.aside ? concatenate(pass.carried.aside, one, 1) : one;
}

/** `name` is without `.weight`. */
export function residualMix(pass: Pass, name: string, stream: GraphTensor): GraphTensor {
  const { tokens, embedding } = pass;
  const { aside } = pass.carried;
  if (!aside) return stream;
  const weight = needed(pass, `${name}.weight`);
  const scores = (of: GraphTensor) => sumRows(multiply(bareNorm('rms', of), weight));
  const count = aside.shape[1];
  const shares = softmax(concatenate(reshape(scores(aside), count, tokens), scores(stream), 0));
  const shareOf = (part: number) => contiguous(view(shares, [part, tokens], [shares.strides[1]]));
  const ofAside = operation('DSV4_HC_PRE', F32, [embedding, tokens], aside, shareOf(count));
  return add(ofAside, multiply(stream, shareOf(1)));
}
