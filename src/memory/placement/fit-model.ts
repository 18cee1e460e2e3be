/**
 * The placement that llama.cpp's `--fit` chooses (common/fit.cpp): the whole model if it fits, else a shorter context, else fewer layers on
 * the devices; for a mixture of experts, the experts are moved to the host first.
 */

import type { Model } from '../../model/model.js';
import { MARGIN_BYTES } from '../../words/llama-cpp.js';
import { passedLayers } from '../cache-layers.js';
import type { ContextOptions } from '../cells.js';
import { runOf } from '../run.js';
import { type Device, devicesInUse, type PlacementSettings, type TensorOverride } from './devices.js';
import { exactExperts, flagsOf } from './fit-flags.js';
import { ALL_EXPERTS, type DeviceLayers, fitLayers, overridesFor } from './fit-layers.js';
import { type DeviceShare, placeModel } from './place-model.js';

/** Options of a fit. */
export interface FitOptions {
  /** Bytes to keep free on each device. Default: 1 GiB. */
  marginBytes?: number;
  /** The minimum context, in tokens for each sequence. Default: 4096. */
  minimumContext?: number;
  /** Tokens, over all sequences: this context is kept. Default: as long as fits, up to the context that the model was trained for. */
  contextLength?: number;
}

export interface Fit {
  /** Whether each device keeps its margin. */
  fits: boolean;
  contextLength: number;
  /** −1: all. */
  gpuLayers: number;
  tensorSplit: readonly number[] | null;
  /** One pattern for each partial layer, as llama.cpp writes them. */
  overrideTensor: readonly TensorOverride[];
  /** The N of `--n-cpu-moe N`, if it means exactly these overrides. */
  cpuMoe: number | null;
  shares: readonly DeviceShare[];
  /** The command-line options: `-ngl 99 --n-cpu-moe 12 -c 32768 -fa on`. */
  flags: string;
}

const MINIMUM_CONTEXT = 4096;

/** The context of each sequence is a multiple of this. */
const CONTEXT_STEP = 256;

/** A configuration that is tried and measured. */
interface Attempt {
  contextLength: number;
  placement: PlacementSettings;
}

/** Null if the metadata lacks needed numbers. If `placement` already assigns layers, only the context is chosen. */
export function fitModel(
  model: Model,
  devices: readonly Device[],
  placement: PlacementSettings,
  context: ContextOptions,
  fit: FitOptions = {},
): Fit | null {
  const run = runOf(model, context);
  const trained = run?.numbers.number('context_length') ?? 0;
  const asked = fit.contextLength ?? 0;
  const sequences = Math.max(1, context.parallel ?? 1);
  const attempt: Attempt = { contextLength: asked || trained * sequences, placement };
  const place = (of: Attempt) =>
    placeModel(model, devices, of.placement, { ...context, contextLength: of.contextLength });
  const used = devicesInUse(devices, placement);
  const margin = fit.marginBytes ?? MARGIN_BYTES;
  const targets = used.map((device) => (devices[device]?.freeBytes ?? 0) - margin);
  const measure = (of: Attempt): number[] => {
    const shares = place(of) ?? [];
    return used.map((device) => totalOf(shares[device]));
  };
  const first = run === null || attempt.contextLength === 0 ? null : place(attempt);
  if (run === null || first === null) return null;
  const trunk = passedLayers(run.plan, run.row, run.numbers);
  const experts = run.numbers.number('expert_count') ?? 0;

  const fitsAll = (bytes: readonly number[]) => bytes.every((each, at) => each <= (targets[at] as number));
  const whole = used.map((device) => totalOf(first[device]));
  const chosen = (): Attempt => {
    if (fitsAll(whole)) return attempt;
    let shorter = attempt;
    if (asked === 0) {
      const streams = context.unified ? 1 : sequences;
      const minimum = (fit.minimumContext ?? MINIMUM_CONTEXT) * streams;
      const weights = used.reduce((sum, device) => sum + (first[device]?.weightBytes ?? 0), 0);
      const spare = used.length > 1 ? spareOf(used.length, weights, Math.max(1, trunk), experts > 0) : 0;
      const { contextLength, enough } = shorterContext({
        ...{ attempt, minimum, step: CONTEXT_STEP * streams, whole, targets, spare },
        measure,
      });
      shorter = { ...attempt, contextLength };
      if (enough && used.length === 1) return shorter;
    }
    if (isPlaced(placement) || used.length === 0) return shorter;
    const settingsFor = (layout: readonly DeviceLayers[]) => settingsOf(layout, trunk, devices, used, placement);
    const withoutExperts = { overrideTensor: [{ pattern: ALL_EXPERTS, device: 'CPU' }] };
    const rest = experts > 0 ? measure({ ...shorter, placement: { ...placement, ...withoutExperts } }) : [];
    const layout = fitLayers({
      trunk,
      mixture: experts > 0,
      restFits: rest.reduce((room, bytes, at) => room + (targets[at] as number) - bytes, 0) > 0,
      targets,
      measure: (tried) => measure({ ...shorter, placement: settingsFor(tried) }),
    });
    return { ...shorter, placement: settingsFor(layout) };
  };
  const { contextLength, placement: settings } = chosen();
  const shares = place({ contextLength, placement: settings });
  if (shares === null) return null;
  const { gpuLayers = -1, tensorSplit = null, overrideTensor = [] } = settings;
  const cpuMoe = settings.cpuMoe ?? exactExperts(model, overrideTensor);
  return {
    fits: fitsAll(used.map((device) => totalOf(shares[device]))),
    contextLength,
    gpuLayers,
    tensorSplit,
    overrideTensor,
    cpuMoe,
    shares,
    flags: flagsOf({ settings, cpuMoe, contextLength, context }),
  };
}

const totalOf = (share: DeviceShare | undefined): number =>
  share === undefined ? 0 : share.weightBytes + share.cacheBytes + share.computeBytes;

/** Whether the settings already assign layers or tensors to devices. */
function isPlaced({ gpuLayers = -1, tensorSplit, overrideTensor, cpuMoe, splitMode }: PlacementSettings): boolean {
  return (
    gpuLayers !== -1 || tensorSplit !== undefined || overrideTensor !== undefined || !!cpuMoe || splitMode === 'row'
  );
}

/** The estimated unused memory, because only whole layers or tensors of experts are moved: more than half of one for each device. */
function spareOf(devices: number, weights: number, layers: number, mixture: boolean): number {
  return Math.floor(((devices + 1) * Math.floor(weights / layers)) / (mixture ? 6 : 2));
}

interface ContextQuestion {
  attempt: Attempt;
  minimum: number;
  step: number;
  whole: readonly number[];
  targets: readonly number[];
  spare: number;
  measure: (of: Attempt) => number[];
}

/** The longest context with which the whole model should fit, interpolated between the shortest and the longest. */
function shorterContext(question: ContextQuestion): { contextLength: number; enough: boolean } {
  const { attempt, minimum, step, whole, targets, spare, measure } = question;
  const longest = attempt.contextLength;
  const sum = (bytes: readonly number[]) => bytes.reduce((total, each) => total + each, 0);
  const used = sum(whole);
  const room = sum(targets);
  if (used <= room || longest <= minimum) return { contextLength: longest, enough: false };
  const least = sum(measure({ ...attempt, contextLength: minimum }));
  const target = room - spare;
  if (target <= least) return { contextLength: minimum, enough: false };
  // BigInt, because a million tokens times the bytes of a large model exceed the exact range of a double.
  const more = (BigInt(longest - minimum) * BigInt(Math.floor(target - least))) / BigInt(used - least);
  const length = minimum + Number(more);
  return { contextLength: Math.max(length - (length % step), minimum), enough: true };
}

function settingsOf(
  layout: readonly DeviceLayers[],
  trunk: number,
  devices: readonly Device[],
  used: readonly number[],
  placement: PlacementSettings,
): PlacementSettings {
  const counts = layout.map(({ layers }) => layers);
  const nameOf = (place: number) => devices[used[place] as number]?.name ?? 'CPU';
  const overrideTensor = overridesFor(layout, trunk, nameOf);
  const gpuLayers = counts.reduce((sum, layers) => sum + layers, 0);
  const tensorSplit = devices.map((_, device) => counts[used.indexOf(device)] ?? 0);
  return {
    ...placement,
    gpuLayers,
    ...(used.length > 1 && gpuLayers > 0 && { tensorSplit }),
    ...(overrideTensor.length > 0 && { overrideTensor }),
  };
}
