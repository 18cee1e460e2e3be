/** Parts of the tensor data that contain only zero bytes. */

import type { Told } from '../../gguf/finding.js';
import type { Model, ModelTensor } from '../../model/model.js';
import { formatCount } from '../../words/format-quantity.js';
import { isKnownModel, isProjector } from '../applies-to.js';
import { shortened } from '../place.js';
import { type CheckedValues, defineValueCheck } from './define-value-check.js';
import { gravityOfZeros, isLegalPart, isMatrix, isZero } from './legal-zeros.js';
import { bytesOfRow, bytesWords, range } from './where.js';

/** A page of memory or of a disk: a part that a program did not write has at least this size. */
const PAGE_BYTES = 4096;

/** Fewer zeros of a tensor at the edge of a run may be a coincidence. */
const CHANCE_BYTES = 256;

export const EMPTY_CHECKS = [
  /** The trace of an aborted download that reserved all bytes first: the size is right, but a part was never written. */
  defineValueCheck({
    code: 'empty-data',
    level: 'error',
    says: '{where} are all zero ({bytes, bytes}) and were probably never written: {what}',
    hint: 'the download is unfinished, or it reserved these bytes and never filled them; download the file again',
    judge: (model, values) => emptyParts(model, values).map(({ told }) => told),
  }),
];

interface EmptyPart {
  told: Told<'where' | 'bytes' | 'what'>;
  tensors: readonly ModelTensor[];
}

interface Part {
  tensor: ModelTensor;
  from: number;
  to: number;
}

/** Runs of zeros that do not occur in sound models. */
export function emptyParts(model: Model, values: CheckedValues): EmptyPart[] {
  const { statistics, empty } = values;
  const ordered = oneBehindTheOther(model.tensors);
  const end = model.tensors.reduce((most, tensor) => Math.max(most, endOf(tensor)), 0);
  const indices = new Map(model.tensors.map((tensor, index) => [tensor, index]));
  const zeros = (tensor: ModelTensor) => {
    const own = statistics[indices.get(tensor) as number];
    return own !== undefined && isZero(own);
  };
  const gravity = gravityOfZeros(model, zeros);
  const isKnown = isKnownModel(model) || isProjector(model);
  const wrongParts = (parts: readonly Part[]) => {
    const matrices = parts.filter((part) => isWhole(part) && isMatrix(part.tensor));
    return parts.filter((part) => {
      if (!isWhole(part)) return !isLegalPart(model, part.tensor, part.from, part.to);
      const grave = gravity(part.tensor);
      // For any kind of model: several consecutive matrices that are all zeros were never written.
      return grave === 'error' || (!isKnown && grave === 'warning' && matrices.length > 1);
    });
  };
  let reached = 0;
  return [...empty]
    .sort((a, b) => a.from - b.from)
    .flatMap(({ from, to }): EmptyPart[] => {
      const all: Part[] = [];
      while (reached < ordered.length && endOf(ordered[reached] as ModelTensor) <= from) reached++;
      for (let i = reached; i < ordered.length && (ordered[i] as ModelTensor).fileOffset < to; i++) {
        const tensor = ordered[i] as ModelTensor;
        const bytes = tensor.bytes as number;
        if (endOf(tensor) <= from) continue;
        all.push({
          tensor,
          from: Math.max(0, from - tensor.fileOffset),
          to: Math.min(bytes, to - tensor.fileOffset),
        });
      }
      // The last numbers of one tensor and the first of the next may be 0 by coincidence.
      const parts = all.filter((part) => isWhole(part) || lengthOf(part) >= CHANCE_BYTES);
      const wrong = wrongParts(parts);
      const [first] = wrong;
      // A run that covers exactly one tensor is reported by `zero-tensor`.
      if (first === undefined || (parts.length === 1 && isWhole(first))) return [];
      const { tensor } = first;
      const shift = tensor.fileOffset - (tensor.shard?.offset ?? tensor.fileOffset);
      const last = parts.at(-1) as Part;
      const start = startOf(parts[0] as Part);
      const stop = startOf(last) + lengthOf(last);
      const place = { tensor: shortened(tensor.name), offset: start - shift, end: stop - shift };
      const level = stop - start >= PAGE_BYTES || stop === end ? 'error' : 'warning';
      const facts = { where: bytesWords(place), bytes: stop - start, what: partsWords(parts) };
      return [{ told: { place, level, facts }, tensors: parts.map(({ tensor }) => tensor) }];
    });
}

/** The tensors with data, by offset. If tensors overlap, which is a finding about the header, only the first is kept. */
function oneBehindTheOther(tensors: readonly ModelTensor[]): ModelTensor[] {
  let end = 0;
  return tensors
    .filter(({ bytes }) => (bytes ?? 0) > 0)
    .sort((a, b) => a.fileOffset - b.fileOffset)
    .filter((tensor) => {
      if (tensor.fileOffset < end) return false;
      end = endOf(tensor);
      return true;
    });
}

function endOf({ fileOffset, bytes }: ModelTensor): number {
  return fileOffset + (bytes ?? 0);
}

function startOf({ tensor, from }: Part): number {
  return tensor.fileOffset + from;
}

function lengthOf({ from, to }: Part): number {
  return to - from;
}

function isWhole({ tensor, from, to }: Part): boolean {
  return from === 0 && to === tensor.bytes;
}

/** `blk.0.ffn_down.weight from row 25 on, and 9 tensors after it`. */
function partsWords(parts: readonly Part[]): string {
  const [first, ...others] = parts as [Part, ...Part[]];
  const { tensor, from, to } = first;
  const row = bytesOfRow(tensor);
  const all = isWhole(first);
  const rows =
    row === 0 || all ? '' : `, ${range('row', { first: Math.floor(from / row), last: Math.floor((to - 1) / row) })}`;
  const more = others.length === 0 ? '' : `, and ${formatCount(others.length, 'tensor')} after it`;
  return `${all ? 'all' : 'part'} of ${shortened(tensor.name)}${rows}${more}`;
}
