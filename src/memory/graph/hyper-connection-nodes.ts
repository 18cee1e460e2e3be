/** Parallel residual streams as nodes: a step's input from them, and adding its result to them (hyper-connections). */

import type { Streams } from '../../architectures/forward.js';
import {
  add,
  cast,
  concatenate,
  getRows,
  matrixProduct,
  multiply,
  repeat,
  reshape,
  scale,
  unary,
  view,
} from './graph-nodes.js';
import { F32, type GraphTensor, UnfitTensors } from './graph-tensor.js';
import { bareNorm, needed } from './linear-nodes.js';
import type { Pass } from './pass.js';

/** The streams of a pass, initially equal. */
export function streamsOf({ embedding, tokens, numbers }: Pass, x: GraphTensor): GraphTensor {
  const count = numbers.number('hyper_connection.count') ?? 1;
  return repeat(reshape(x, embedding, 1, tokens), embedding, count, tokens, 1);
}

interface ReadStreams {
  input: GraphTensor;
  /** Returns the streams after a step's result is added. */
  give: (added: GraphTensor) => GraphTensor;
}

/** `name` is the prefix of the tensors `_fn`, `_scale` and `_base`. */
export function readStreams(pass: Pass, kind: Streams | undefined, name: string, streams: GraphTensor): ReadStreams {
  if (kind !== 'independent') throw new UnfitTensors(`streams that are ${kind}`);
  const [, count, tokens] = streams.shape;
  const numbers = weighed(pass, name, streams);
  const part = (at: number) => {
    const own = view(numbers, [count, tokens], [numbers.strides[1]]);
    const factor = view(needed(pass, `${name}_scale.weight`), [1]);
    const weights = unary(add(multiply(own, factor), view(needed(pass, `${name}_base.weight`), [count])));
    return scale(at === 0 ? weights : scale(weights));
  };
  const shares = part(0);
  const given = part(1);
  return {
    input: sumOfStreams(streams, shares),
    give: (added) => {
      const [whole, weights, all] = [cast(added, F32), cast(given, F32), cast(streams, F32)];
      let result: GraphTensor | undefined;
      for (let i = 0; i < count; i++) {
        const sum = add(streamOf(all), multiply(whole, view(weights, [1, tokens], [weights.strides[1]])));
        const one = reshape(sum, sum.shape[0], 1, tokens);
        result = result ? concatenate(result, one, 1) : one;
      }
      return result === undefined ? streams : cast(result, F32);
    },
  };
}

/** The input of the output: the requested rows, read from the streams after the last layer. */
export function lastOfStreams(pass: Pass, kind: Streams | undefined, name: string, streams: GraphTensor): GraphTensor {
  if (kind !== 'independent') throw new UnfitTensors(`streams that are ${kind}`);
  const [length, count, tokens] = streams.shape;
  const rows = getRows(reshape(streams, length * count, tokens), pass.inputs.outputRows());
  const asked = reshape(rows, length, count, rows.shape[1]);
  const numbers = multiply(weighed(pass, name, asked), needed(pass, `${name}_scale.weight`));
  return sumOfStreams(asked, scale(unary(add(numbers, needed(pass, `${name}_base.weight`)))));
}

function weighed(pass: Pass, name: string, streams: GraphTensor): GraphTensor {
  const [length, count, tokens] = streams.shape;
  return matrixProduct(needed(pass, `${name}_fn.weight`), bareNorm('rms', reshape(streams, length * count, tokens)));
}

function sumOfStreams(streams: GraphTensor, shares: GraphTensor): GraphTensor {
  const [, count, tokens] = streams.shape;
  const all = cast(streams, F32);
  let sum: GraphTensor | undefined;
  for (let i = 0; i < count; i++) {
    const one = multiply(streamOf(all), view(shares, [1, tokens], [shares.strides[1]]));
    sum = sum ? add(sum, one) : one;
  }
  return cast(sum ?? streams, F32);
}

function streamOf(all: GraphTensor): GraphTensor {
  return view(all, [all.shape[0], all.shape[2]], [all.strides[2]]);
}
