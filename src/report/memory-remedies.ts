/**
 * Changes that help if a model does not fit, or not entirely on the cards: a shorter context, a cache with fewer bits, another file type,
 * another placement. Each remedy is a single change; users who need several can run the command again.
 */

import type { CacheType } from '../memory/cells.js';
import { modelAs } from '../memory/file-type-sizes.js';
import { withoutNextTokens } from '../memory/next-token-layers.js';
import type { Model } from '../model/model.js';
import { sumTotals } from '../model/totals.js';
import { besideShares, companionEntries } from './kept-beside.js';
import { budgetEntry, neededBytes } from './memory-budget.js';
import { bestFit, isPlaced, isWhole, placedContext } from './memory-placement.js';
import type { MemoryQuestion } from './memory-question.js';
import type { MemoryReport, Remedy } from './memory-schema.js';

/** The cache type of half the size with almost no loss, and the common file types, from more bits to fewer. */
const SMALLER_CACHE: CacheType = 'q8_0';
const FILE_TYPES = ['Q8_0', 'Q6_K', 'Q5_K_M', 'Q4_K_M', 'IQ4_XS', 'Q3_K_M', 'Q2_K'];

/** The measure of whether a model fits. */
interface Measure {
  fits(model: Model, question: MemoryQuestion, contextLength: number): boolean;
  /** The longest context that fits; null if none does. */
  longest(model: Model, question: MemoryQuestion): number | null;
}

/** `lengths`: those of the report. Empty if the longest of them fits. */
export function remedies(
  model: Model,
  question: MemoryQuestion,
  lengths: readonly number[],
): Pick<MemoryReport, 'remedies'> {
  const measure = measureOf(question);
  if (measure === null || lengths.length === 0) return {};
  const isAsked = question.contextLengths.length > 0;
  // If no length was requested, any length that fits is enough.
  if (!isAsked && measure.longest(model, question) !== null) return {};
  const length = isAsked ? Math.max(...lengths) : Math.min(...lengths);
  if (measure.fits(model, question, length)) return {};
  const found: Remedy[] = [];
  const shorter = isAsked ? measure.longest(model, question) : null;
  if (shorter !== null && shorter < length) {
    found.push({ change: 'context', to: String(shorter), contextLength: shorter });
  }
  const { kvTypeK = 'f16' } = question.settings;
  const smaller = { ...question, settings: { ...question.settings, kvTypeK: SMALLER_CACHE, kvTypeV: SMALLER_CACHE } };
  if (['f32', 'f16', 'bf16'].includes(kvTypeK) && measure.fits(model, smaller, length)) {
    found.push({ change: 'cache-type', to: SMALLER_CACHE, contextLength: length });
  }
  const fileType = smallerFileTypes(model).find((type) => {
    const other = modelAs(model, type);
    return other !== null && measure.fits(other, question, length);
  });
  if (fileType !== undefined) found.push({ change: 'file-type', to: fileType, contextLength: length });
  const flags = otherPlacement(model, question, length);
  if (flags !== undefined) found.push({ change: 'placement', to: flags, contextLength: length });
  return found.length > 0 ? { remedies: found } : {};
}

function smallerFileTypes(model: Model): string[] {
  const { bytes } = sumTotals(model.tensors);
  return FILE_TYPES.filter((type) => {
    const other = modelAs(model, type);
    return other !== null && sumTotals(other.tensors).bytes < bytes;
  });
}

/** If the user's placement does not fit: a placement that does. */
function otherPlacement(model: Model, question: MemoryQuestion, contextLength: number): string | undefined {
  const { placement } = question;
  if (placement === undefined || !isPlaced(placement.settings)) return undefined;
  const { splitMode, mainDevice, kvOffload } = placement.settings;
  const settings = {
    ...(splitMode && { splitMode }),
    ...(mainDevice !== undefined && { mainDevice }),
    ...(kvOffload !== undefined && { kvOffload }),
  };
  const placed = placedContext(model, { ...question, placement: { ...placement, settings } }, contextLength);
  return placed?.fits ? placed.fit?.flags : undefined;
}

function measureOf(question: MemoryQuestion): Measure | null {
  const { placement, budget } = question;
  if (placement !== undefined) {
    const asked = isPlaced(placement.settings);
    return {
      fits(model, own, contextLength) {
        if (asked) return placedContext(model, { ...own, placement }, contextLength)?.fits ?? false;
        const beside = besideShares(model, own, placement.devices, contextLength);
        const fit = bestFit(model, placement, { ...own.settings, contextLength }, beside);
        return fit !== null && isWhole(fit);
      },
      longest(model, own) {
        if (asked) return null;
        const fit = bestFit(model, placement, own.settings, besideShares(model, own, placement.devices, 0));
        return fit !== null && isWhole(fit) ? fit.contextLength : null;
      },
    };
  }
  if (budget === undefined) return null;
  const weightBytes = (model: Model, own: MemoryQuestion) =>
    companionEntries(own).reduce(
      (sum, { bytes }) => sum + bytes,
      sumTotals((own.mtp ? model : withoutNextTokens(model)).tensors).bytes,
    );
  return {
    fits: (model, own, contextLength) => neededBytes(model, weightBytes(model, own), own, contextLength) <= budget,
    longest: (model, own) => budgetEntry(model, weightBytes(model, own), own, budget).largestContextLength,
  };
}
