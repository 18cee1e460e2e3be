/**
 * Places a model on several devices: weights, caches and compute buffers of each, like llama.cpp (`load_tensors`, the caches' `dev_layer`,
 * and ggml's scheduler).
 */

import type { Model, ModelTensor } from '../../model/model.js';
import { passedLayers } from '../cache-layers.js';
import type { ContextOptions } from '../cells.js';
import { contextMemory } from '../context-memory.js';
import { paddingOf } from '../graph/flat-graph.js';
import { type LayerRange, rangesOf } from '../memory-part.js';
import { runOf } from '../run.js';
import { bufferRules, type Device, HOST_RULES, hostOf, type PlacementSettings } from './devices.js';
import { type LayerDevices, layerDevices } from './layer-devices.js';
import { placedBuffers } from './placed-buffers.js';
import { weightHomes } from './weight-homes.js';

/** The part of a model on a device or on the host, in bytes. */
export interface DeviceShare {
  /** `host` for the last. */
  name: string;
  /** The layers whose weights are here, apart from tensors that an option keeps elsewhere. */
  layers: readonly LayerRange[];
  /** Whether the output is here. */
  output: boolean;
  weightBytes: number;
  /** KV caches and recurrent states. */
  cacheBytes: number;
  computeBytes: number;
  computeConfidence: 'exact' | 'low';
  /** Tensors that are here and also on another device. They count in the `weightBytes` of both. */
  duplicates: readonly { name: string; bytes: number }[];
}

/** The devices first, `host` last. Null if the metadata lacks needed numbers. */
export function placeModel(
  model: Model,
  devices: readonly Device[],
  settings: PlacementSettings,
  context: ContextOptions,
): readonly DeviceShare[] | null {
  const run = runOf(model, context);
  const memory = contextMemory(model, context);
  if (run === null || memory === null) return null;
  const { row, numbers, plan } = run;
  const host = hostOf(devices);
  const layers = layerDevices(plan.layers.length, devices, settings);
  const slides = (layer: number) => plan.layers[layer]?.slides ?? false;
  const trunk = passedLayers(plan, row, numbers);
  const weights = weightHomes({ model, numbers, devices, settings, layers, trunk, slides });
  const buffers = placedBuffers({ model, run, devices, settings, layers, weights });

  const shares = [...devices.map(({ name }) => name), 'host'].map((name, place) => ({
    name,
    layers: rangesOf(layers.layers.flatMap((device, layer) => (device === place ? [layer] : []))),
    output: layers.output === place,
    weightBytes: 0,
    cacheBytes: 0,
    computeBytes: buffers.bytes[place] ?? 0,
    computeConfidence: buffers.confidence,
    duplicates: [] as { name: string; bytes: number }[],
  }));
  const rules = [...devices.map(bufferRules), HOST_RULES];
  for (const tensor of model.tensors) {
    const { name, type, dimensions, bytes } = tensor;
    const places = weights.homes.get(name) ?? [];
    for (const [copy, place] of places.entries()) {
      const parts = settings.splitMode === 'row' && place !== host ? rowParts(tensor, layers) : null;
      for (const { device, bytes: own } of parts ?? [{ device: place, bytes: bytes ?? 0 }]) {
        const share = shares[device];
        const rule = rules[device];
        if (share === undefined || rule === undefined) continue;
        const padding = rule.padsRows && type && own > 0 ? paddingOf(type, Number(dimensions[0] ?? 1)) : 0;
        const room = Math.ceil((own + padding) / rule.alignment) * rule.alignment;
        share.weightBytes += room;
        if (copy > 0) share.duplicates.push({ name, bytes: room });
      }
    }
  }
  for (const { layers: ranges, layerCount, bytes } of memory.parts) {
    for (const [first, last] of ranges) {
      for (let layer = first; layer <= last; layer++) {
        const place = settings.kvOffload === false ? host : (layers.layers[layer] ?? host);
        const share = shares[place];
        if (share !== undefined) share.cacheBytes += bytes / layerCount;
      }
    }
  }
  return shares;
}

/** Matrices are split at multiples of this number of rows (ggml-cuda's rounding for most cards). */
const ROW_STEP = 128;

/** With `-sm row`, each device's part of a matrix; null for tensors that are not split: norms, biases, experts. */
function rowParts({ roleRow, dimensions, bytes }: ModelTensor, { ends }: LayerDevices) {
  const rows = Number(dimensions[1] ?? 1);
  if (roleRow.operation !== 'mul_mat' || dimensions.length !== 2 || bytes === null || rows === 0) return null;
  let from = 0;
  return ends.map(({ device, end }, at) => {
    const exact = Math.floor(rows * end);
    const to = at === ends.length - 1 ? rows : exact - (exact % ROW_STEP);
    const part = { device, bytes: ((to - from) * bytes) / rows };
    from = to;
    return part;
  });
}
