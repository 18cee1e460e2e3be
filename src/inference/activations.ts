/** The functions that stand between the matrices of a feed-forward network. */

import { toHalf } from './activation-quantization.js';

/** x ÷ (1 + e^−x). */
function silu(x: number): number {
  return x / (1 + Math.exp(-x));
}

/**
 * GELU by its approximation with tanh, from and to half precision: llama.cpp looks it up in a table of all halves
 * (ggml_table_gelu_f16), but for what is far from zero.
 */
function gelu(x: number): number {
  if (x <= -10) return 0;
  if (x >= 10) return x;
  const half = toHalf(x);
  return toHalf(0.5 * half * (1 + Math.tanh(0.7978845608028654 * half * (1 + 0.044715 * half * half))));
}

const ACTIVATIONS = { silu, gelu } as const;

/** In place: act(gate) × up, or act(up) where there is no gate. The result is in `up`. */
export function activate(kind: keyof typeof ACTIVATIONS, gate: Float32Array | null, up: Float32Array): void {
  const act = ACTIVATIONS[kind];
  if (gate === null) for (let i = 0; i < up.length; i++) up[i] = act(up[i] as number);
  else for (let i = 0; i < up.length; i++) up[i] = act(gate[i] as number) * (up[i] as number);
}
