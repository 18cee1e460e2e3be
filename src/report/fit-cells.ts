/** Whether a model fits on cards or into a budget with each of several contexts, and which of several models is the best choice. */

import { computeBuffers } from '../memory/compute-buffers.js';
import { contextMemory } from '../memory/context-memory.js';
import { withoutNextTokens } from '../memory/next-token-layers.js';
import type { Model } from '../model/model.js';
import { sumTotals } from '../model/totals.js';
import type { FitCell, Fits } from './fits-schema.js';
import { placedContext } from './memory-placement.js';
import type { PlacementQuestion } from './memory-question.js';

/** At least one of placement and budget is given. */
export interface FitsQuestion {
  contextLengths: readonly number[];
  placement?: PlacementQuestion | undefined;
  budget?: number | undefined;
}

/** A cell for each context length, unless nothing is known about it. */
export function fitCells(model: Model, { contextLengths, placement, budget }: FitsQuestion): FitCell[] {
  const weights = sumTotals(withoutNextTokens(model).tensors).bytes;
  return contextLengths.flatMap((contextLength): FitCell[] => {
    const cache = contextMemory(model, { contextLength });
    if (cache === null) return [];
    const totalBytes = weights + cache.bytes + (computeBuffers(model, { contextLength })?.bytes ?? 0);
    const inBudget = budget === undefined || totalBytes <= budget;
    if (placement === undefined) {
      return [{ contextLength, totalBytes, fits: inBudget, where: inBudget ? 'whole' : 'none' }];
    }
    const placed = placedContext(model, { contextLengths: [], settings: {}, placement }, contextLength);
    if (placed === null) return [];
    const count = (shares: typeof placed.devices) =>
      shares.reduce((sum, { layers }) => sum + layers.reduce((all, [from, to]) => all + to - from + 1, 0), 0);
    const all = count(placed.devices);
    const onCards = all - count(placed.devices.slice(-1));
    const partial = placed.fit?.partialLayers ?? 0;
    const fits = placed.fits && inBudget;
    const where = !fits ? 'none' : onCards < all ? 'layers' : partial > 0 ? 'experts' : 'whole';
    return [{ contextLength, totalBytes, fits, where, layers: { onCards, all, partial } }];
  });
}

/** A candidate for the best choice. */
export interface Candidate {
  name: string;
  bitsPerWeight: number;
  cells: readonly FitCell[];
}

/** With fewer bits, a model loses more quality than running on the card is worth. */
const FEW_BITS = 4;
/** More bits than models are trained with waste memory. */
const MOST_BITS = 16.5;

/** The choice among models that differ only in their bits; null if none fits. */
function bestChoice(candidates: readonly Candidate[], contextLengths: readonly number[]): Fits['best'] {
  const usual = candidates.filter(({ bitsPerWeight }) => bitsPerWeight <= MOST_BITS);
  const rows = [...(usual.length > 0 ? usual : candidates)].sort((a, b) => b.bitsPerWeight - a.bitsPerWeight);
  const lengths = [...contextLengths].sort((a, b) => b - a);
  const where = ({ cells }: Candidate, length: number) =>
    cells.find(({ contextLength }) => contextLength === length)?.where ?? 'none';
  for (const contextLength of lengths) {
    const whole = rows.find((row) => row.bitsPerWeight >= FEW_BITS && where(row, contextLength) === 'whole');
    if (whole !== undefined) {
      return { name: whole.name, contextLength, reason: contextLength === lengths[0] ? 'whole' : 'whole-shorter' };
    }
  }
  for (const contextLength of lengths) {
    const partial = rows.findLast((row) => row.bitsPerWeight >= FEW_BITS && where(row, contextLength) !== 'none');
    if (partial !== undefined) return { name: partial.name, contextLength, reason: 'partial' };
  }
  for (const contextLength of lengths) {
    const any = rows.find((row) => where(row, contextLength) !== 'none');
    if (any !== undefined) return { name: any.name, contextLength, reason: 'few-bits' };
  }
  return null;
}

/** The question and the choice. */
export function fitsEntry({ contextLengths, placement, budget }: FitsQuestion, candidates: readonly Candidate[]): Fits {
  return {
    contextLengths: [...contextLengths],
    ...(placement && {
      devices: placement.devices.map((device) => ({ ...device })),
      ramBytes: placement.ramBytes,
      marginBytes: placement.marginBytes,
    }),
    ...(budget !== undefined && { budget }),
    best: bestChoice(candidates, contextLengths),
  };
}
