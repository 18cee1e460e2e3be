/** The placement on cards and in system RAM, as requested or the best one, and an upper bound of its speed. */

import type { ContextOptions } from '../memory/cells.js';
import { type DeviceReads, deviceReads } from '../memory/placement/device-reads.js';
import type { PlacementSettings } from '../memory/placement/devices.js';
import { type Fit, fitModel } from '../memory/placement/fit-model.js';
import { type DeviceShare, placeModel } from '../memory/placement/place-model.js';
import type { Model } from '../model/model.js';
import { besideShares } from './kept-beside.js';
import type { MemoryQuestion, PlacementQuestion } from './memory-question.js';
import type { DeviceShareEntry, FitEntry } from './placement-schema.js';

/** Upper bounds of the speed, if the speeds of the relevant devices are known. */
interface Bounds {
  tokensPerSecondAtMost?: number;
  promptTokensPerSecondAtMost?: number;
}

export interface PlacedContext extends Bounds {
  devices: DeviceShareEntry[];
  fits: boolean;
  /** The best placement; null if the user chose the placement. */
  fit: FitEntry | null;
}

/** Whether the user chose the placement; otherwise the best one is searched. */
export function isPlaced({ gpuLayers, tensorSplit, cpuMoe, overrideTensor }: PlacementSettings): boolean {
  return [gpuLayers, tensorSplit, cpuMoe, overrideTensor].some((setting) => setting !== undefined);
}

/**
 * Places a model with a context of a given length. Without `contextLength` the best placement also chooses the length. Null if the metadata
 * is not sufficient.
 */
export function placedContext(
  model: Model,
  question: MemoryQuestion & { placement: PlacementQuestion },
  contextLength?: number,
): PlacedContext | null {
  const { placement, settings } = question;
  const { devices, ramBytes } = placement;
  const asked = isPlaced(placement.settings);
  const beside = besideShares(model, question, devices, contextLength ?? model.hyperparameters.contextLength ?? 0);
  const context: ContextOptions = contextLength === undefined ? settings : { ...settings, contextLength };
  const fit = asked ? null : bestFit(model, placement, context, beside);
  const shares = asked ? placeModel(model, devices, placement.settings, context) : (fit?.shares ?? null);
  if (shares === null) return null;
  const room = [...devices.map(({ freeBytes }) => freeBytes), ramBytes];
  const entries = shares.map((share, place) => shareEntry(share, beside[place] ?? 0, room[place] ?? null));
  const enough = entries.every(({ freeBytes }) => freeBytes === null || freeBytes >= 0);
  const fits = enough && fit?.fits !== false;
  const chosen = fit === null ? placement.settings : settingsOf(placement, fit);
  const bounds = speeds(model, placement, { settings: chosen, context }, shares);
  return { devices: entries, fits, fit: fit && fitEntry(fit, fits, entries, bounds), ...bounds };
}

/** The best placement, after subtracting the memory of companions from the cards. */
export function bestFit(
  model: Model,
  { devices, settings, marginBytes }: PlacementQuestion,
  context: ContextOptions,
  beside: readonly number[] = [],
): Fit | null {
  const left = devices.map(({ name, kind, freeBytes }, place) => ({
    ...{ name, kind },
    freeBytes: Math.max(0, freeBytes - (beside[place] ?? 0)),
  }));
  const { contextLength } = context;
  return fitModel(model, left, settings, context, {
    marginBytes,
    ...(contextLength !== undefined && { contextLength }),
  });
}

/** Whether everything is on the cards, except tables that are only looked up by row. */
export function isWhole({
  fits,
  gpuLayers,
  overrideTensor,
}: Pick<Fit, 'fits' | 'gpuLayers' | 'overrideTensor'>): boolean {
  return fits && gpuLayers === -1 && overrideTensor.length === 0;
}

/**
 * Number of layers that are partly in system RAM: the best placement has a pattern for each, or keeps the experts of the first layers
 * there.
 */
function partialLayers({ cpuMoe, overrideTensor, shares }: Fit): number {
  const last = Math.max(-1, ...shares.flatMap(({ layers }) => layers.map(([, to]) => to)));
  // llama.cpp counts the output as an additional layer, and writes a pattern for it too.
  const isLayer = (pattern: string) => Number(/^blk\\\.(\d+)/.exec(pattern)?.[1] ?? 0) <= last;
  return cpuMoe ?? overrideTensor.filter(({ pattern, device }) => device === 'CPU' && isLayer(pattern)).length;
}

function settingsOf({ settings }: PlacementQuestion, fit: Fit): PlacementSettings {
  const { gpuLayers, tensorSplit, overrideTensor } = fit;
  return { ...settings, gpuLayers, ...(tensorSplit !== null && { tensorSplit }), overrideTensor };
}

function shareEntry(share: DeviceShare, besideBytes: number, room: number | null): DeviceShareEntry {
  const { name, layers, weightBytes, cacheBytes, computeBytes } = share;
  return {
    name,
    layers: layers.map(([from, to]): [number, number] => [from, to]),
    ...{ weightBytes, cacheBytes, computeBytes, besideBytes },
    freeBytes: room === null ? null : room - weightBytes - cacheBytes - computeBytes - besideBytes,
  };
}

function fitEntry(fit: Fit, fits: boolean, devices: DeviceShareEntry[], bounds: Bounds): FitEntry {
  const { contextLength, gpuLayers, tensorSplit, overrideTensor, cpuMoe, flags } = fit;
  return {
    ...{ fits, contextLength, gpuLayers, cpuMoe, flags },
    partialLayers: partialLayers(fit),
    tensorSplit: tensorSplit && [...tensorSplit],
    overrideTensor: overrideTensor.map(({ pattern, device }) => ({ pattern, device })),
    devices,
    ...bounds,
  };
}

/** Fraction of all work that may be on devices of unknown speed; a bound is still given. */
const TOO_LITTLE = 0.01;

/**
 * Bounds from the bytes that each device reads and the operations that it computes. A token passes through the devices one after the other,
 * so their times add up. Parts of a prompt are on several devices at once, so the slowest device bounds the speed.
 */
function speeds(
  model: Model,
  { devices, ramBandwidth }: PlacementQuestion,
  { settings, context }: { settings: PlacementSettings; context: ContextOptions },
  shares: readonly DeviceShare[],
): Bounds {
  const reads = deviceReads(model, devices, settings, context);
  if (reads === null) return {};
  const bytes = reads.map((read, place) => read.bytes + (shares[place]?.cacheBytes ?? 0));
  const bandwidths = [...devices.map(({ bandwidth }) => bandwidth), ramBandwidth];
  const token = secondsOf(bytes, bandwidths);
  const products = reads.map((read: DeviceReads) => 2 * read.products);
  const prompt = secondsOf(products, [...devices.map(({ operations }) => operations), null]);
  const sum = token?.reduce((all, seconds) => all + seconds, 0) ?? 0;
  const slowest = Math.max(0, ...(prompt ?? []));
  const atOnce = settings.splitMode === 'row' ? Math.max(0, ...(token ?? [])) : sum;
  return {
    ...(atOnce > 0 && { tokensPerSecondAtMost: 1 / atOnce }),
    ...(slowest > 0 && { promptTokensPerSecondAtMost: 1 / slowest }),
  };
}

/** Seconds for each device; null if a relevant device has no known speed. */
function secondsOf(amounts: readonly number[], speedsOf: readonly (number | null)[]): number[] | null {
  const all = amounts.reduce((sum, amount) => sum + amount, 0);
  const unknown = amounts.some((amount, place) => (speedsOf[place] ?? null) === null && amount > TOO_LITTLE * all);
  return unknown ? null : amounts.map((amount, place) => amount / (speedsOf[place] ?? Number.POSITIVE_INFINITY));
}
