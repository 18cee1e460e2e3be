/**
 * The compute buffers of each device: the graph of one batch, distributed over the devices by the rules of ggml's scheduler, and what its
 * allocator reserves on each (graph/scheduler.ts, graph/allocator.ts).
 */

import type { Model } from '../../model/model.js';
import { graphOf } from '../compute-buffers.js';
import { estimatedBuffers } from '../estimated-buffers.js';
import { reserveEach } from '../graph/allocator.js';
import type { FlatGraph } from '../graph/flat-graph.js';
import { type GraphTensor, TIED_OUTPUT } from '../graph/graph-tensor.js';
import { type Places, schedule } from '../graph/scheduler.js';
import type { Run } from '../run.js';
import { bufferRules, type Device, devicesInUse, HOST_RULES, hostOf, type PlacementSettings } from './devices.js';
import type { LayerDevices } from './layer-devices.js';
import type { WeightHomes } from './weight-homes.js';

interface Question {
  model: Model;
  run: Run;
  devices: readonly Device[];
  settings: PlacementSettings;
  layers: LayerDevices;
  weights: WeightHomes;
}

/** Number of copies of the inputs for pipelined batches over several devices (GGML_SCHED_MAX_COPIES). */
const COPIES_IN_PIPELINE = 4;

/** From this many vectors on, a CUDA card takes over an operation whose weights are on the host. */
const TAKEN_OVER = 32;

export interface PlacedBuffers {
  /** Bytes of each device, the host last. */
  bytes: readonly number[];
  confidence: 'exact' | 'low';
}

export function placedBuffers(question: Question): PlacedBuffers {
  const { model, run, devices, settings, layers } = question;
  const graph = graphOf(model, run);
  if (graph !== null) {
    const scheduled = schedule(graph, placesOf(graph, question));
    const needs = reserveEach(scheduled, [...devices.map(bufferRules), HOST_RULES]);
    return { bytes: needs.map(({ bytes }) => bytes), confidence: settings.splitMode === 'row' ? 'low' : 'exact' };
  }
  const { bytes } = estimatedBuffers(model, run);
  const busy = new Set([...layers.layers, layers.output, hostOf(devices)]);
  return { bytes: [...devices, null].map((_, place) => (busy.has(place) ? bytes : 0)), confidence: 'low' };
}

function placesOf(graph: FlatGraph, { devices, settings, layers, weights }: Question): Places {
  const host = hostOf(devices);
  const count = graph.bytes.length;
  const homes = new Int32Array(count).fill(-1);
  const cachesOnHost = settings.kvOffload === false;
  const deviceOf = (layer: number) => layers.layers[layer] ?? host;
  for (const [number, { stored, name, layer }] of graph.tensors.entries()) {
    if (stored && name !== undefined)
      homes[number] = layer === undefined ? (homeOf(name, weights) ?? host) : deviceOf(layer);
    else if (stored) homes[number] = cachesOnHost || layer === undefined ? host : deviceOf(layer);
  }
  const copies = copiesOfInputs(devices, settings, layers);
  const takesOver = (device: number, node: number) =>
    devices[device]?.kind === 'cuda' && batchOf(graph.tensors[node] as GraphTensor) >= TAKEN_OVER;
  return {
    devices: devices.length + 1,
    homes,
    copies,
    ...(devices.some(({ kind }) => kind === 'cuda') && { takesOver }),
  };
}

/** Number of vectors that an operation processes at once, as ggml-cuda counts them. */
function batchOf({ operation, shape }: GraphTensor): number {
  if (operation === 'GET_ROWS') return 0;
  if (operation === 'MUL_MAT') return shape[1];
  return operation === 'MUL_MAT_ID' ? shape[2] : shape[1] * shape[2] * shape[3];
}

function homeOf(name: string, { homes, tiedOutput }: WeightHomes): number | undefined {
  const [home] = homes.get(name) ?? [];
  return home === undefined && name === TIED_OUTPUT ? (tiedOutput ?? undefined) : home;
}

/** llama.cpp enables pipelining if the whole model with its caches is on several devices, split by layer, and nothing is overridden. */
function copiesOfInputs(devices: readonly Device[], settings: PlacementSettings, { whole }: LayerDevices): number {
  const { splitMode = 'layer', kvOffload = true, overrideTensor = [], cpuMoe = 0 } = settings;
  const several = devicesInUse(devices, settings).length > 1 && splitMode === 'layer';
  return several && whole && kvOffload && overrideTensor.length === 0 && cpuMoe === 0 ? COPIES_IN_PIPELINE : 1;
}
