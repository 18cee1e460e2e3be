/**
 * Which device each layer is on: the rule of llama.cpp's `load_tensors`. The last layers go to the devices, each device gets a run of them
 * according to its share, and the output follows the last layer. Everything is computed in 32-bit floats, as there.
 */

import { type Device, devicesInUse, hostOf, type PlacementSettings } from './devices.js';

export interface LayerDevices {
  /** The device index of each layer; `hostOf` for the host. */
  layers: readonly number[];
  output: number;
  /** Whether all layers and the output are on devices. */
  whole: boolean;
  /** For each used device: its index, and where its share ends, from 0 to 1. */
  ends: readonly { device: number; end: number }[];
}

/** `layers`: the number of layers in the file, including those for multi-token prediction. */
export function layerDevices(layers: number, devices: readonly Device[], settings: PlacementSettings): LayerDevices {
  const used = devicesInUse(devices, settings);
  const { gpuLayers = -1, tensorSplit = [] } = settings;
  const wanted = gpuLayers >= 0 ? gpuLayers : layers + 1;
  const given = used.length > 0 ? Math.min(wanted, layers + 1) : 0;
  const start = Math.max(layers + 1 - wanted, 0);
  const ends = shareEnds(
    used.map((index) => tensorSplit[index] ?? 0),
    used.map((index) => devices[index]?.freeBytes ?? 0),
  );
  const deviceOf = (layer: number): number => {
    if (layer < start || layer - start >= given) return hostOf(devices);
    const part = Math.fround((layer - start) / given);
    const place = ends.findIndex((end) => end > part);
    return used[place < 0 ? used.length - 1 : place] as number;
  };
  return {
    layers: Array.from({ length: layers }, (_, layer) => deviceOf(layer)),
    output: deviceOf(layers),
    whole: wanted > layers && used.length > 0,
    ends: used.map((device, at) => ({ device, end: ends[at] as number })),
  };
}

/** Where each device's share ends, from 0 to 1: by the requested proportions, else by free memory. */
function shareEnds(asked: readonly number[], free: readonly number[]): number[] {
  const shares = asked.every((share) => share === 0) ? free : asked;
  let sum = 0;
  const sums = shares.map((share) => {
    sum = Math.fround(sum + Math.fround(share));
    return sum;
  });
  return sums.map((end) => (sum > 0 ? Math.fround(end / sum) : 1));
}
