/** Faults of a requested placement, one sentence each: llama.cpp would refuse it, or an option would have no effect. */

import type { Model } from '../../model/model.js';
import { MOST_DEVICES } from '../../words/llama-cpp.js';
import type { Device, PlacementSettings } from './devices.js';
import { matcherOf, patternFault } from './override-patterns.js';

/** Empty if llama.cpp would start. `placeModel` ignores the faulty settings as far as possible. */
export function placementFaults(model: Model, devices: readonly Device[], settings: PlacementSettings): string[] {
  return [
    ...deviceFaults(devices),
    ...splitFaults(devices, settings),
    ...overrideFaults(model, devices, settings),
    ...expertFaults(model, settings),
  ];
}

function deviceFaults(devices: readonly Device[]): string[] {
  const faults: string[] = [];
  if (devices.length > MOST_DEVICES) {
    faults.push(`llama.cpp takes at most ${MOST_DEVICES} devices; ${devices.length} are given.`);
  }
  for (const { name, freeBytes } of devices) {
    if (!Number.isSafeInteger(freeBytes) || freeBytes < 0)
      faults.push(`The free memory of ${name} is not a valid size.`);
  }
  const names = devices.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) faults.push(`Two devices have the name ${twice}.`);
  return faults;
}

function splitFaults(devices: readonly Device[], settings: PlacementSettings): string[] {
  const { gpuLayers = -1, tensorSplit = [], mainDevice = 0, splitMode } = settings;
  const faults: string[] = [];
  if (!Number.isInteger(gpuLayers) || gpuLayers < -1) {
    faults.push(`The number of layers on the devices is ${gpuLayers}; write 0 or more, or -1 for all.`);
  }
  if (tensorSplit.length > devices.length) {
    faults.push(`The split has ${tensorSplit.length} shares for ${countedDevices(devices.length)}.`);
  }
  if (tensorSplit.some((share) => !(share >= 0 && share < Number.POSITIVE_INFINITY))) {
    faults.push('The shares of a split are numbers from 0 on.');
  }
  if (splitMode === 'none' && !(Number.isInteger(mainDevice) && mainDevice >= 0 && mainDevice < devices.length)) {
    faults.push(`There is no device ${mainDevice}: ${countedDevices(devices.length)} are numbered from 0 on.`);
  }
  return faults;
}

function overrideFaults({ tensors }: Model, devices: readonly Device[], settings: PlacementSettings): string[] {
  const { overrideTensor = [] } = settings;
  return overrideTensor.flatMap(({ pattern, device }) => {
    const fault = patternFault(pattern);
    if (fault !== null) return [`The pattern ${pattern} ${fault}.`];
    if (device !== 'CPU' && !devices.some(({ name }) => name === device)) {
      const known = ['CPU', ...devices.map(({ name }) => name)].join(', ');
      return [`There is no device ${device} for the pattern ${pattern}; there are ${known}.`];
    }
    const matches = matcherOf(pattern);
    return tensors.some(({ name }) => matches?.(name))
      ? []
      : [`The pattern ${pattern} matches no tensor of this model.`];
  });
}

function expertFaults({ tensors }: Model, { cpuMoe = 0 }: PlacementSettings): string[] {
  if (!Number.isInteger(cpuMoe) || cpuMoe < 0) return [`--n-cpu-moe is ${cpuMoe}; write 0 or more.`];
  const mixture = tensors.some(({ roleRow }) => roleRow.operation === 'mul_mat_id');
  return cpuMoe > 0 && !mixture ? ['This model has no experts that could stay in system RAM.'] : [];
}

function countedDevices(count: number): string {
  return count === 1 ? '1 device' : `${count} devices`;
}
