/** Activation functions, which are applied between the matrices of a feed-forward network. */

import type { Activation, Clamp, Pointwise } from '../architectures/forward.js';
import { toHalf } from './activation-quantization.js';

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** x ÷ (1 + e^−x). */
const silu = (x: number) => x / (1 + Math.exp(-x));

/** llama.cpp looks two functions up in tables indexed by half-precision numbers, so input and result are rounded to half precision. */
const fromHalf = (f: (half: number) => number) => (x: number) => toHalf(f(toHalf(x)));

const { fround } = Math;
const ROOT = fround(0.7978845608028654);
const CUBIC = fround(0.044715);

/** Each step is rounded to float32, as in ggml. */
const tanhGelu = fromHalf((x) => {
  const inner = fround(fround(ROOT * x) * fround(1 + fround(fround(CUBIC * x) * x)));
  return fround(fround(0.5 * x) * fround(1 + fround(Math.tanh(inner))));
});

/** GELU approximated with tanh (ggml_table_gelu_f16); below −10 it is 0, above 10 it is x. */
function gelu(x: number): number {
  if (x <= -10) return 0;
  if (x >= 10) return x;
  return tanhGelu(x);
}

/** Error function, accurate to about 1e-12, by its series and continued fraction (Abramowitz and Stegun 7.1.5, 7.1.14). */
function erf(x: number): number {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  if (size < 2.5) {
    let term = size;
    let sum = size;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum) && n < 200; n++) {
      term *= (-size * size) / n;
      sum += term / (2 * n + 1);
    }
    return (Math.sign(x) * 2 * sum) / Math.sqrt(Math.PI);
  }
  let fraction = 0;
  for (let n = 60; n > 0; n--) fraction = n / 2 / (size + fraction);
  return Math.sign(x) * (1 - Math.exp(-size * size) / (Math.sqrt(Math.PI) * (size + fraction)));
}

const POINTWISE: Readonly<Record<Pointwise, (x: number) => number>> = {
  silu,
  gelu,
  'gelu-erf': (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  'gelu-quick': fromHalf((x) => x * sigmoid(1.702 * x)),
  relu: (x) => Math.max(0, x),
  'relu-squared': (x) => Math.max(0, x) ** 2,
  sigmoid,
  softplus: (x) => softplus(x),
  tanh: Math.tanh,
};

/** The function of this name for a single number. */
export function pointwise(kind: Pointwise): (x: number) => number {
  return POINTWISE[kind];
}

/** Applies the activation to gate and up, or only to up if there is no gate. The result overwrites `up`. */
export function activate(
  kind: Activation,
  gate: Float32Array | null,
  up: Float32Array,
  clamp: Clamp | null = null,
): void {
  const act = functionOf(kind);
  if (gate === null) {
    for (let i = 0; i < up.length; i++) up[i] = act.alone(up[i] as number);
    return;
  }
  if (clamp === null) {
    for (let i = 0; i < up.length; i++) up[i] = act.gated(gate[i] as number, up[i] as number);
    return;
  }
  const { limit } = clamp;
  for (let i = 0; i < up.length; i++) {
    const held = Math.min(limit, Math.max(-limit, up[i] as number));
    const g = gate[i] as number;
    up[i] = (clamp.gate === 'before' ? act.alone(Math.min(limit, g)) : Math.min(limit, act.alone(g))) * held;
  }
}

/**
 * In place: replaces each number by how far it exceeds a threshold, `deviations` standard deviations above the mean; numbers below become
 * 0.
 */
export function leaveBelow(values: Float32Array, deviations: number): void {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const threshold = mean + deviations * Math.sqrt(squares / (values.length - 1));
  for (let i = 0; i < values.length; i++) values[i] = Math.max(0, (values[i] as number) - threshold);
}

interface Gated {
  alone(x: number): number;
  gated(gate: number, up: number): number;
}

function functionOf(kind: Activation): Gated {
  if (typeof kind === 'string') {
    const f = POINTWISE[kind];
    return { alone: f, gated: (gate, up) => f(gate) * up };
  }
  switch (kind.kind) {
    case 'xielu': {
      const f = (x: number) => xielu(x, kind);
      return { alone: f, gated: (gate, up) => f(gate) * up };
    }
    case 'swiglu-oai': {
      const { alpha, limit } = kind;
      return {
        alone: (x) => x * sigmoid(alpha * x),
        gated: (gate, up) => {
          const g = Math.min(limit, gate);
          return g * sigmoid(alpha * g) * (Math.min(limit, Math.max(-limit, up)) + 1);
        },
      };
    }
    case 'situ': {
      const { beta, linearBeta } = kind;
      const alone = (x: number) => beta * Math.tanh(x / beta) * sigmoid(x);
      return {
        alone,
        gated: (gate, up) => alone(gate) * (linearBeta > 0 ? linearBeta * Math.tanh(up / linearBeta) : up),
      };
    }
  }
}

const softplus = (x: number) => (x > 20 ? x : Math.log1p(Math.exp(x)));

/** xIELU (https://arxiv.org/abs/2411.13010): quadratic above zero and exponential below. The parameters come from the metadata. */
function xielu(x: number, { alphaN, alphaP, beta, epsilon }: Extract<Activation, { kind: 'xielu' }>): number {
  if (x > 0) return softplus(alphaP) * x * x + beta * x;
  return (Math.expm1(Math.min(x, epsilon)) - x) * (beta + softplus(alphaN)) + beta * x;
}
