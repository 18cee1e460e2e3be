/**
 * What each device reads and computes for one new token: each of its matrices once, the chosen share of routed experts, and one row of a
 * lookup table. Bytes and memory bandwidth bound the speed of generation; products and compute speed bound that of prompt processing.
 */

import { activeParameters } from '../../model/experts.js';
import type { Model } from '../../model/model.js';
import { passedLayers } from '../cache-layers.js';
import type { ContextOptions } from '../cells.js';
import { runOf } from '../run.js';
import { readOfTensor } from '../token-reads.js';
import { type Device, hostOf, type PlacementSettings } from './devices.js';
import { layerDevices } from './layer-devices.js';
import { weightHomes } from './weight-homes.js';

export interface DeviceReads {
  /** Bytes of weights that are read for each token. */
  bytes: number;
  /** Multiply-adds for each token of a prompt, of which only the last token is scored. */
  products: number;
}

/** One item for each device, the host last. Null if the metadata lacks needed numbers for placing the model. */
export function deviceReads(
  model: Model,
  devices: readonly Device[],
  settings: PlacementSettings,
  context: ContextOptions,
): DeviceReads[] | null {
  const run = runOf(model, context);
  if (run === null) return null;
  const { row, numbers, plan } = run;
  const trunk = passedLayers(plan, row, numbers);
  const layers = layerDevices(plan.layers.length, devices, settings);
  const slides = (layer: number) => plan.layers[layer]?.slides ?? false;
  const { homes, tiedOutput } = weightHomes({ model, numbers, devices, settings, layers, trunk, slides });
  const experts = activeParameters(model);
  const picked = experts === null ? 1 : experts.expertUsedCount / experts.expertCount;
  const reads = Array.from({ length: hostOf(devices) + 1 }, (): DeviceReads => ({ bytes: 0, products: 0 }));
  const add = (place: number, bytes: number, products: number): void => {
    const share = reads[place];
    if (share === undefined) return;
    share.bytes += bytes;
    share.products += products;
  };
  for (const tensor of model.tensors) {
    const places = homes.get(tensor.name) ?? [];
    const { share, isLookup } = readOfTensor(tensor, picked);
    const [first] = places;
    if (first === undefined) continue;
    const computes = !isLookup && tensor.dimensions.length > 1 && tensor.name !== 'output.weight';
    add(first, (tensor.bytes ?? 0) * share, computes ? tensor.elements * share : 0);
    // The token embedding is read as a whole when it is the output matrix.
    if (tiedOutput !== null && tensor.name === 'token_embd.weight') add(tiedOutput, tensor.bytes ?? 0, 0);
  }
  return reads.map(({ bytes, products }) => ({ bytes: Math.round(bytes), products: Math.round(products) }));
}
