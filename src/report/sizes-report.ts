/** The report of `sizes`: the size of the model as each file type, and its memory. */

import { contextMemory } from '../memory/context-memory.js';
import { modelAs, sizeAs } from '../memory/file-type-sizes.js';
import type { TargetType } from '../memory/quantizer/target-types.js';
import { readLabel } from '../model/label.js';
import type { Model } from '../model/model.js';
import { sumTotals } from '../model/totals.js';
import { fileEntry } from './file-entry.js';
import { type Candidate, fitCells, fitsEntry } from './fit-cells.js';
import type { PlacementQuestion } from './memory-question.js';
import type { FileTypeSizeEntry, SizesReport } from './sizes-schema.js';

export interface SizesQuestion {
  fileTypes: readonly string[];
  /** In tokens; default: the trained length, at most 4,096. The first length is used for the memory column. */
  contextLengths?: readonly number[] | undefined;
  /** The cards or the budget in which it must fit. */
  placement?: PlacementQuestion | undefined;
  budget?: number | undefined;
  imatrix: boolean;
  /** Whether to list the type of every tensor. */
  tensors?: boolean | undefined;
}

const USUAL_CONTEXT = 4096;

export function sizesReport(name: string, model: Model, question: SizesQuestion): SizesReport {
  const { fileTypes, imatrix } = question;
  const totals = sumTotals(model.tensors);
  const label = readLabel(model);
  const trained = model.hyperparameters.contextLength;
  const { contextLengths = [], placement, budget } = question;
  const wanted = contextLengths[0] ?? (trained === null ? undefined : Math.min(trained, USUAL_CONTEXT));
  const context = wanted === undefined ? null : contextMemory(model, { contextLength: wanted });
  const lengths = contextLengths.length > 0 || wanted === undefined ? contextLengths : [wanted];
  const asked = placement !== undefined || budget !== undefined;
  const fits = asked && context !== null ? { contextLengths: lengths, placement, budget } : undefined;
  const sizes = fileTypes.map((fileType): FileTypeSizeEntry => {
    const size = sizeAs(model, fileType, { imatrix });
    const { tensorBytes, paddedBytes, typeCounts, fallbacks, bitsPerWeight } = size;
    const other = fits && tensorBytes !== null ? modelAs(model, fileType, { imatrix }) : null;
    return {
      fileType,
      tensorBytes,
      fileBytes: paddedBytes === null ? null : model.file.dataStart + paddedBytes,
      bitsPerWeight,
      typeCounts: { ...typeCounts },
      fallbacks,
      requantized: size.tensors.filter(isRequantized).length,
      memoryBytes: tensorBytes === null || context === null ? null : tensorBytes + context.bytes,
      difference: tensorBytes === null ? null : tensorBytes - totals.bytes,
      current: label?.fileType?.name === fileType,
      ...(fits && other && { contexts: fitCells(other, fits) }),
      ...(question.tensors && { tensors: size.tensors.map(tensorEntry) }),
    };
  });
  return {
    schemaVersion: 1,
    file: fileEntry(name, model.file),
    label: label === null ? null : (label.fileType?.name ?? `id ${label.id}`),
    tensorBytes: totals.bytes,
    bitsPerWeight: totals.bitsPerWeight,
    ...(isTrainedInMxfp4(model) && { trainedType: 'MXFP4' }),
    importanceMatrix: imatrix,
    contextLength: context?.contextLength ?? null,
    cacheBytes: context?.bytes ?? null,
    ...(fits && { fits: fitsEntry(fits, sizes.flatMap(candidateOf)) }),
    sizes: sizes.sort((a, b) => (b.tensorBytes ?? 0) - (a.tensorBytes ?? 0)),
  };
}

function candidateOf({ fileType: name, bitsPerWeight, contexts: cells }: FileTypeSizeEntry): Candidate[] {
  return bitsPerWeight === null || cells === undefined ? [] : [{ name, bitsPerWeight, cells }];
}

function isRequantized({ tensor, type }: TargetType): boolean {
  return (tensor.type?.blockElements ?? 1) > 1 && tensor.type?.name !== type;
}

/** gpt-oss was published with 4-bit experts: there is no original with more bits to quantize. */
function isTrainedInMxfp4({ hyperparameters, tensors }: Model): boolean {
  return hyperparameters.architecture === 'gpt-oss' && tensors.some(({ type }) => type?.name === 'MXFP4');
}

function tensorEntry({ tensor, type, fellBack }: TargetType) {
  return { name: tensor.name, from: tensor.type?.name ?? `id ${tensor.typeId}`, type, fallback: fellBack };
}
