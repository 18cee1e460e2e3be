/** Demands with a minimum and a maximum: `bits-per-weight`, `size`, `parameters`, `context`. */

import type { GgufFile } from '../../gguf/decode.js';
import { type Demand, entryOf, notJudged, placeOfKey } from '../demand.js';
import type { AgainstPolicy } from '../policy-findings.js';

interface Range {
  min?: number | undefined;
  max?: number | undefined;
}

/** The name and value of the bound that an amount violates. */
function broken(amount: number, { min, max }: Range): { bound: 'min' | 'max'; limit: number } | undefined {
  if (min !== undefined && amount < min) return { bound: 'min', limit: min };
  return max !== undefined && amount > max ? { bound: 'max', limit: max } : undefined;
}

export const bitsPerWeight: Demand = ({ policy, model }) => {
  const range = policy['bits-per-weight'];
  if (range === undefined) return [];
  const inexact = model.tensors.find(({ bytesAre }) => bytesAre !== 'exact');
  if (inexact) return [notJudged('bits-per-weight', `the size of ${inexact.name} is not known`)];
  const numbers = model.tensors.reduce((sum, { elements }) => sum + elements, 0);
  if (numbers === 0) return [notJudged('bits-per-weight', 'there are no weights')];
  const bits = (model.tensors.reduce((sum, { bytes }) => sum + (bytes as number), 0) * 8) / numbers;
  const fault = broken(bits, range);
  if (fault === undefined) return [];
  // As texts, because most of these numbers are not integers.
  const facts = { found: String(Number(bits.toFixed(4))), bound: fault.bound, limit: String(fault.limit) };
  return [{ code: 'policy-bits-per-weight', place: {}, facts }];
};

export const size: Demand = ({ policy, files }) => {
  if (policy.size === undefined) return [];
  let bytes = 0;
  for (const file of files) {
    const ofFile = wholeSize(file);
    if (ofFile === null) return [notJudged('size', 'the sizes of some tensors are not known')];
    bytes += ofFile;
  }
  return finding('policy-size', bytes, policy.size);
};

/**
 * The size of the file in bytes, or the size that it needs for the tensors in its header, whichever is larger: a truncated download or a
 * header still gives the size of the whole. Null if the size of a tensor is not known.
 */
function wholeSize({ size, headerBytes, tensors }: GgufFile): number | null {
  let end = size ?? headerBytes;
  for (const { bytes, bytesAre, fileOffset } of tensors) {
    if (bytes === null || bytesAre === 'unknown') return null;
    end = Math.max(end, fileOffset + bytes);
  }
  return end;
}

export const parameters: Demand = ({ policy, model }) => {
  if (policy.parameters === undefined) return [];
  return finding(
    'policy-parameters',
    model.tensors.reduce((sum, { elements }) => sum + elements, 0),
    policy.parameters,
  );
};

export const contextLength: Demand = (judged) => {
  const range = judged.policy.context;
  if (range === undefined) return [];
  const { architecture, contextLength: found } = judged.model.hyperparameters;
  const key = `${architecture ?? 'general'}.context_length`;
  if (found === null) return [notJudged('context', 'the file does not state the context length', { key })];
  const entry = entryOf(judged, key);
  return finding('policy-context', found, range).map((one) => ({ ...one, place: entry ? placeOfKey(entry) : { key } }));
};

function finding(
  code: 'policy-size' | 'policy-parameters' | 'policy-context',
  found: number,
  range: Range,
): AgainstPolicy[] {
  const fault = broken(found, range);
  return fault === undefined ? [] : [{ code, place: {}, facts: { found, ...fault } }];
}
