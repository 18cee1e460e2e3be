/** Devices, and the placement settings, named after llama.cpp's options. */

import { type BufferRules, RAM_ALIGNMENT } from '../graph/allocator.js';

/** A card, or its free part. */
export interface Device {
  /** The name used by `-ot`; names are unique, and none is `host` or `CPU`. */
  name: string;
  /** Bytes free for this process: a non-negative integer. */
  freeBytes: number;
  /** How its backend lays out tensors. Default: `plain`. */
  kind?: DeviceKind;
}

/**
 * `plain`: like llama.cpp's RPC and CPU backends, against which the figures are checked. `cuda`: like its CUDA and ROCm backends
 * (ggml-cuda.cu): rows of blocks are padded, and the card takes over operations of large batches whose weights are on the host.
 */
export type DeviceKind = 'plain' | 'cuda';

export type SplitMode = 'layer' | 'none' | 'row';

/** Tensors with matching names go to another device than their layer. */
export interface TensorOverride {
  /** A regular expression, searched for in the tensor's name. */
  pattern: string;
  /** `CPU`, or the name of a device. */
  device: string;
}

/** Placement settings. Omitted ones have llama.cpp's defaults. */
export interface PlacementSettings {
  /** `-ngl`: layers on the devices, counted from the end; the output counts as one more. Default: -1, which means all. */
  gpuLayers?: number;
  /** `-ts`: proportions of the devices, in their order. Default: by free memory. */
  tensorSplit?: readonly number[];
  /** `-sm`. `none`: one device has everything; `row`: each device has a part of every matrix. */
  splitMode?: SplitMode;
  /** `-mg`: index of the device that `-sm none` uses. */
  mainDevice?: number;
  /** `--n-cpu-moe`: the experts of this many layers, counted from the first, stay on the host. */
  cpuMoe?: number;
  /** `-ot`: the first matching pattern applies. */
  overrideTensor?: readonly TensorOverride[];
  /** False for `-nkvo`: the caches stay on the host. */
  kvOffload?: boolean;
}

/** How llama.cpp's host buffers, and the RPC backend's, lay out tensors. */
export const HOST_RULES: BufferRules = { alignment: RAM_ALIGNMENT, padsRows: false };
const CUDA_RULES: BufferRules = { alignment: 128, padsRows: true };

export function bufferRules({ kind }: Device): BufferRules {
  return kind === 'cuda' ? CUDA_RULES : HOST_RULES;
}

/** The number of the host among the devices: the one after the last. */
export const hostOf = (devices: readonly Device[]): number => devices.length;

/** The devices that a model is split over: only one with `-sm none`. */
export function devicesInUse(devices: readonly Device[], { splitMode, mainDevice = 0 }: PlacementSettings): number[] {
  const all = devices.map((_, index) => index);
  return splitMode === 'none' ? all.filter((index) => index === mainDevice) : all;
}
