/** Devices, and how a user may say where things go: the words of llama.cpp's own options. */

import { type BufferRules, RAM_ALIGNMENT } from '../graph/allocator.js';

/** A card, or what of it is free. */
export interface Device {
  /** As `-ot` may name it; every device has another name, and none is called `host` or `CPU`. */
  name: string;
  /** Bytes free for this process, whole and not negative. */
  freeBytes: number;
  /** How its backend keeps tensors. Default: `plain`. */
  kind?: DeviceKind;
}

/**
 * `plain`: as llama.cpp's RPC and CPU backends, which its own measures are checked with. `cuda`: as its CUDA and ROCm backends (ggml-cuda.cu);
 * rows of blocks are padded, and the card takes over what large batches do with weights on the host.
 */
export type DeviceKind = 'plain' | 'cuda';

export type SplitMode = 'layer' | 'none' | 'row';

/** Tensors whose names match go elsewhere than their layer does. */
export interface TensorOverride {
  /** A regular expression, searched for in the tensor's name. */
  pattern: string;
  /** `CPU`, or the name of a device. */
  device: string;
}

/** Where things go. What is not given is as llama.cpp has it by itself. */
export interface PlacementSettings {
  /** `-ngl`: layers on the devices, counted from the end; the output counts as one more. -1: all, and so by default. */
  gpuLayers?: number;
  /** `-ts`: shares of the devices, in their order. Default: by free memory. */
  tensorSplit?: readonly number[];
  /** `-sm`. `none`: one device has all; `row`: each device has a part of every matrix. */
  splitMode?: SplitMode;
  /** `-mg`: the place in the list of the device that `-sm none` takes. */
  mainDevice?: number;
  /** `--n-cpu-moe`: the experts of so many layers, from the first on, stay on the host. */
  cpuMoe?: number;
  /** `-ot`: the first pattern that matches counts. */
  overrideTensor?: readonly TensorOverride[];
  /** False for `-nkvo`: the caches stay on the host. */
  kvOffload?: boolean;
}

/** How llama.cpp's host buffers, and those of the RPC backend, lay out tensors. */
export const HOST_RULES: BufferRules = { alignment: RAM_ALIGNMENT, padsRows: false };
const CUDA_RULES: BufferRules = { alignment: 128, padsRows: true };

export function bufferRules({ kind }: Device): BufferRules {
  return kind === 'cuda' ? CUDA_RULES : HOST_RULES;
}

/** A number for the host among the devices: the one after the last. */
export const hostOf = (devices: readonly Device[]): number => devices.length;

/** The devices that a model is split over: `-sm none` takes one of them. */
export function devicesInUse(devices: readonly Device[], { splitMode, mainDevice = 0 }: PlacementSettings): number[] {
  const all = devices.map((_, index) => index);
  return splitMode === 'none' ? all.filter((index) => index === mainDevice) : all;
}
