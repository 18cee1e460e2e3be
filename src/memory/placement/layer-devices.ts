/**
 * Which device each layer is on: the rule of llama.cpp's `load_tensors`. The last layers go to the devices, each device gets a run
 * of them by its share, and the output follows the last layer. All in 32-bit floats, as there.
 */

import { type Device, devicesInUse, hostOf, type PlacementSettings } from './devices.js';

export interface LayerDevices {
  /** The device of each layer, by its place in the list; `hostOf` for the host. */
  layers: readonly number[];
  output: number;
  /** Whether the layers and the output are all on devices. */
  whole: boolean;
  /** Where the part of each device that is used ends, from 0 to 1, and its place in the list. */
  ends: readonly { device: number; end: number }[];
}

/** `layers`: those of the file, with those that predict further tokens. */
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

/** Where the part of each device ends, from 0 to 1: by the shares that were asked for, else by free memory. */
function shareEnds(asked: readonly number[], free: readonly number[]): number[] {
  const shares = asked.every((share) => share === 0) ? free : asked;
  let sum = 0;
  const sums = shares.map((share) => {
    sum = Math.fround(sum + Math.fround(share));
    return sum;
  });
  return sums.map((end) => (sum > 0 ? Math.fround(end / sum) : 1));
}
