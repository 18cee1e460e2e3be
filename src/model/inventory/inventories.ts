/**
 * The architectures that llama.cpp knows, and what its loader wants of each (src/llama-arch.cpp and src/models, August 2026). The
 * rows stand in the files of the families.
 */

import { BIASED } from './biased.js';
import { DENSE } from './dense.js';
import { ENCODERS } from './encoders.js';
import { WITH_EXPERTS } from './expert-inventories.js';
import { GEMMA } from './gemma.js';
import { LATENT } from './latent.js';
import type { Inventories, Inventory } from './notation.js';
import { RECURRENT } from './recurrent-inventories.js';

export const INVENTORIES: Inventories = {
  ...DENSE,
  ...BIASED,
  ...WITH_EXPERTS,
  ...LATENT,
  ...RECURRENT,
  ...GEMMA,
  ...ENCODERS,
};

/** What a model of the architecture must have and may have; null where that is not known. */
export function inventoryOf(architecture: string): Inventory | null {
  return Object.hasOwn(INVENTORIES, architecture) ? (INVENTORIES[architecture] ?? null) : null;
}
