/** One matrix product of a prompt's forward pass, recorded while its layer runs and taken apart. */

import type { PromptRun } from '../inference/forward-pass.js';
import { takenApart, watchProduct } from '../inference/one-product.js';
import type { Planner } from '../inference/planner.js';
import type { Model } from '../model/model.js';
import { type LensSource, lensReport } from '../report/lens-report.js';
import type { Lens } from '../report/lens-schema.js';

/** The products to show first: the one that makes the query, or the first step towards it. */
const PREFERRED: readonly string[] = ['attention-query', 'attention-query-down', 'attention-query-key-value'];

/**
 * Runs `work`, which takes the tokens through a layer, and returns one of the layer's products; null if the layer has none that can be
 * shown.
 */
export async function lensOf(
  way: PromptRun,
  { model, planner }: { model: Model; planner: Planner },
  { layer, token }: Pick<LensSource, 'layer' | 'token'>,
  work: () => Promise<unknown>,
): Promise<Lens | null> {
  const roles = new Map(model.tensors.map(({ name, classified }) => [name, classified.role]));
  const rank = (name: string) => {
    const at = PREFERRED.indexOf(roles.get(name) ?? '');
    return at < 0 ? PREFERRED.length : at;
  };
  const watched = await watchProduct(
    way.arithmetic,
    (one, other) => rank(one.matrix.name) < rank(other.matrix.name),
    work,
  );
  if (watched === null) return null;
  const product = await takenApart(way.arithmetic, watched);
  const role = roles.get(watched.projection.matrix.name) ?? 'unknown';
  const normalized = role.startsWith('attention-query') && beginsWithNorm(planner, layer);
  return lensReport({ layer, token, role, watched, product, normalized });
}

/** Whether the first branch of a layer reads the residual stream through a norm. */
function beginsWithNorm(planner: Planner, layer: number): boolean {
  for (const { branch } of planner.branches(planner.layer(layer))) return branch.norm !== null;
  return false;
}
