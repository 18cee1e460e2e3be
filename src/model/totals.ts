/** Sums over tensors, as integers: parameters and bytes by role, group, type, layer and component. */

import type { ModelTensor } from './model.js';

export interface Sum {
  tensors: number;
  parameters: number;
  bytes: number;
}

export interface Totals extends Sum {
  /** Bits of data for each parameter, over all tensors whose size is known exactly. Null if there are none. */
  bitsPerWeight: number | null;
  byRole: ReadonlyMap<string, Sum>;
  byGroup: ReadonlyMap<string, Sum>;
  /** By the name of the type; an unknown one is `id 77`. */
  byType: ReadonlyMap<string, Sum>;
  /** By the number of the layer; tensors outside the layers are left out. */
  byLayer: ReadonlyMap<number, Sum>;
  byComponent: ReadonlyMap<string, Sum>;
}

/** The name of a tensor's type for people and for JSON. */
export function typeName({ type, typeId }: Pick<ModelTensor, 'type' | 'typeId'>): string {
  return type?.name ?? `id ${typeId}`;
}

export function sumTotals(tensors: readonly ModelTensor[]): Totals {
  const byRole = new Map<string, Sum>();
  const byGroup = new Map<string, Sum>();
  const byType = new Map<string, Sum>();
  const byLayer = new Map<number, Sum>();
  const byComponent = new Map<string, Sum>();
  const all: Sum = { tensors: 0, parameters: 0, bytes: 0 };
  let exactParameters = 0;
  let exactBytes = 0;
  for (const tensor of tensors) {
    const { classified, roleRow } = tensor;
    count(all, tensor);
    add(byRole, classified.role, tensor);
    add(byGroup, roleRow.group, tensor);
    add(byType, typeName(tensor), tensor);
    if (classified.layer !== null) add(byLayer, classified.layer, tensor);
    add(byComponent, classified.component, tensor);
    if (tensor.bytesAre === 'exact') {
      exactParameters += tensor.elements;
      exactBytes += tensor.bytes as number;
    }
  }
  const bitsPerWeight = exactParameters === 0 ? null : (exactBytes * 8) / exactParameters;
  return { ...all, bitsPerWeight, byRole, byGroup, byType, byLayer, byComponent };
}

function add<Key>(sums: Map<Key, Sum>, key: Key, tensor: ModelTensor): void {
  let sum = sums.get(key);
  if (sum === undefined) {
    sum = { tensors: 0, parameters: 0, bytes: 0 };
    sums.set(key, sum);
  }
  count(sum, tensor);
}

function count(sum: Sum, tensor: ModelTensor): void {
  sum.tensors++;
  sum.parameters += tensor.elements;
  sum.bytes += tensor.bytes ?? 0;
}
