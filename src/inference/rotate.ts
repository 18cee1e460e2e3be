/** Rotary position embedding (RoPE): pairs of numbers of a query or key are rotated by an angle that grows with the position. */

import type { RopePlan } from './rope-plan.js';
import type { Vectors } from './vectors.js';

/** Cosine and sine for each position and pair. */
export type Angles = Float32Array;

/** The angles of the first `positions` positions, each step rounded to float32 as in ggml (ggml_rope_cache_init). */
export function anglesOf(plan: RopePlan, factors: Float32Array | null, positions: number): Angles {
  const { dimensions, base, positionScale, extrapolation, transition, magnitude, still } = plan;
  const { fround } = Math;
  const pairs = dimensions / 2;
  const angles = new Float32Array(positions * dimensions);
  const step = fround(base ** (-2 / dimensions));
  const [low, high] = transition;
  for (let position = 0; position < positions; position++) {
    let theta = position;
    for (let pair = 0; pair < pairs; pair++) {
      const turn = still?.[pair] ? 0 : theta;
      const trained = factors === null ? turn : fround(turn / (factors[pair] as number));
      let angle = fround(positionScale * trained);
      if (extrapolation !== 0) {
        const place = (pair - low) / Math.max(0.001, high - low);
        const stays = (1 - Math.min(1, Math.max(0, place))) * extrapolation;
        angle = fround(angle * (1 - stays) + trained * stays);
      }
      angles[position * dimensions + 2 * pair] = Math.cos(angle) * magnitude;
      angles[position * dimensions + 2 * pair + 1] = Math.sin(angle) * magnitude;
      theta = fround(theta * step);
    }
  }
  return angles;
}

/** Rotates each head of each vector in place, or rotates it back. A vector's index is its position. */
export function rotate(
  { values, length, count }: Vectors,
  headLength: number,
  plan: RopePlan,
  angles: Angles,
  back = false,
): void {
  const { dimensions, pairs, first } = plan;
  const half = dimensions / 2;
  const [step, apart] = pairs === 'neighbors' ? [2, 1] : [1, half];
  for (let position = 0; position < count; position++) {
    for (let head = position * length; head < (position + 1) * length; head += headLength) {
      for (let pair = 0; pair < half; pair++) {
        const at = head + first + pair * step;
        const [x, y] = [values[at] as number, values[at + apart] as number];
        const cosine = angles[position * dimensions + 2 * pair] as number;
        const turn = angles[position * dimensions + 2 * pair + 1] as number;
        const sine = back ? -turn : turn;
        values[at] = x * cosine - y * sine;
        values[at + apart] = x * sine + y * cosine;
      }
    }
  }
}
