/** The options for the cards and for what goes to them, with llama.cpp's own names, and the question that they ask. */

import { UsageError } from '../explained-error.js';
import type { AskedDevices } from '../library/devices.js';
import type { PlacementNames } from '../library/placement.js';
import type { PlacementSettings, SplitMode, TensorOverride } from '../memory/placement/devices.js';
import type { PlacementQuestion } from '../report/memory-question.js';
import { MOST_DEVICES } from '../words/llama-cpp.js';
import { indexLike, readBytes, readBytesOrNone, readBytesPerSecond } from './option-values.js';
import { choice, flag, value, values } from './options.js';

/** The cards, and the system RAM next to them. */
export const DEVICE_OPTIONS = [
  values(
    '--gpu <cards>',
    'graphics cards: the free memory of each (12GiB,8GiB), a name ("RTX 4090"), or auto for those of this machine; may be repeated',
    readDevices,
  ),
  value('--ram <size>', 'free system RAM, for what does not go to the cards', readBytes),
  value('--margin <size>', 'memory to leave free on each card (default: 1GiB)', readBytesOrNone),
] as const;

/** What goes to the cards. Without any of these options, the best placement is searched for. */
export const PLACEMENT_OPTIONS = [
  ...DEVICE_OPTIONS,
  value('--ngl <n>', 'layers on the cards (the output counts as one): a number, or all', readLayers),
  value('--tensor-split <shares>', 'shares of the cards: 3,1', readSplit),
  choice('--split-mode <mode>', 'how several cards share the model', ['layer', 'none', 'row']),
  value('--main-gpu <n>', 'the card for --split-mode none, counted from 0', indexLike('cards are counted from 0')),
  value(
    '--n-cpu-moe <n>',
    'keep the experts of the first n layers in system RAM',
    indexLike('write a number of layers: 12'),
  ),
  values(
    '--override-tensor <pattern=device>',
    'put tensors elsewhere: "ffn_.*_exps=CPU"; may be repeated',
    readOverrides,
  ),
  flag('--no-kv-offload', 'keep the cache in system RAM'),
] as const;

const NAMES: PlacementNames = { gpu: '--gpu', bandwidth: '--bandwidth' };

/** The values of these options. */
export interface PlacementOptions {
  gpu?: AskedDevices | undefined;
  ram?: number | undefined;
  margin?: number | undefined;
  ngl?: number | undefined;
  tensorSplit?: number[] | undefined;
  splitMode?: SplitMode | undefined;
  mainGpu?: number | undefined;
  nCpuMoe?: number | undefined;
  overrideTensor?: TensorOverride[] | undefined;
  kvOffload?: boolean;
}

/** The question that the options ask; undefined if no cards are named. Throws UsageError. */
export async function askedPlacement(
  options: PlacementOptions,
  bandwidths?: readonly number[] | undefined,
): Promise<PlacementQuestion | undefined> {
  const { placementOf } = await import('../library/placement.js');
  const { gpu: asked, ram: ramBytes, margin: marginBytes } = options;
  const settings = settingsOf(options);
  return placementOf({ asked, ramBytes, marginBytes, bandwidths, settings }, NAMES);
}

function settingsOf(options: PlacementOptions): PlacementSettings {
  const { ngl, tensorSplit, splitMode, mainGpu, nCpuMoe, overrideTensor, kvOffload } = options;
  return {
    ...(ngl !== undefined && { gpuLayers: ngl }),
    ...(tensorSplit && { tensorSplit }),
    ...(splitMode && { splitMode }),
    ...(mainGpu !== undefined && { mainDevice: mainGpu }),
    ...(nCpuMoe !== undefined && { cpuMoe: nCpuMoe }),
    ...(overrideTensor && { overrideTensor }),
    ...(kvOffload === false && { kvOffload }),
  };
}

async function readDevices(texts: readonly string[], name: string): Promise<AskedDevices> {
  const { devicesOf } = await import('../library/devices.js');
  return await devicesOf(texts, name);
}

function readLayers(text: string, name: string): number {
  const word = text.trim().toLowerCase();
  if (word === 'all' || word === '-1') return -1;
  if (/^\d{1,6}$/.test(word)) return Number(word);
  throw new UsageError('bad-number', `${name}: "${text}" is not a number of layers`, 'write 20, or all');
}

function readSplit(text: string, name: string): number[] {
  const words = text.split(/[,/]/).map((word) => word.trim());
  const hint = 'write a share for each card: 3,1';
  if (words.length > MOST_DEVICES) {
    throw new UsageError(
      'bad-split',
      `${name}: ${words.length} shares; llama.cpp runs on ${MOST_DEVICES} cards at most`,
    );
  }
  const wrong = words.find((word) => !/^\d{1,9}(\.\d{1,9})?$/.test(word));
  if (wrong !== undefined) throw new UsageError('bad-split', `${name}: "${wrong}" is not a share`, hint);
  const shares = words.map(Number);
  if (shares.some((share) => share > 0)) return shares;
  throw new UsageError('bad-split', `${name} ${text}: every card has a share of 0`, hint);
}

/** Reads `ffn_.*_exps=CPU`; several are separated by commas, as in llama.cpp. */
function readOverrides(texts: readonly string[], name: string): TensorOverride[] {
  return texts
    .flatMap((text) => text.split(/,(?=[^,=]+=)/))
    .map((text) => {
      const equals = text.lastIndexOf('=');
      const [pattern, device] = [text.slice(0, equals), text.slice(equals + 1).trim()];
      if (equals > 0 && device !== '') return { pattern, device };
      throw new UsageError(
        'bad-pattern',
        `${name}: "${text}" is not a pattern and a device`,
        'write "ffn_.*_exps=CPU"',
      );
    });
}

/** Reads `1008GB/s,936GB/s,80GB/s`. */
export function readBandwidths(text: string, name: string): number[] {
  const words = text.split(',');
  if (words.length <= MOST_DEVICES + 1) return words.map((word) => readBytesPerSecond(word, name));
  throw new UsageError('bad-size', `${name}: ${words.length} speeds; there are ${MOST_DEVICES} cards at most, and RAM`);
}
