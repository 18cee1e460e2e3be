/** A placement as llama.cpp command-line options, shortened where several patterns can be combined. */

import type { Model } from '../../model/model.js';
import type { ContextOptions } from '../cells.js';
import type { PlacementSettings, TensorOverride } from './devices.js';
import { matcherOf } from './override-patterns.js';

interface Typed {
  settings: PlacementSettings;
  cpuMoe: number | null;
  contextLength: number;
  context: ContextOptions;
}

/** More layers than any model has: the number that llama.cpp's users type to mean all. */
const ALL_LAYERS = 99;

/** `-ngl 99 --n-cpu-moe 12 -c 32768 -fa on`. */
export function flagsOf({ settings, cpuMoe, contextLength, context }: Typed): string {
  const { gpuLayers = -1, tensorSplit, splitMode, mainDevice, overrideTensor = [], kvOffload } = settings;
  const { kvTypeK, kvTypeV, parallel = 1, unified, ubatch, batch, swaFull, flashAttention = true } = context;
  const flags: (string | false | undefined)[] = [
    `-ngl ${gpuLayers < 0 ? ALL_LAYERS : gpuLayers}`,
    tensorSplit?.some((share) => share > 0) && `-ts ${tensorSplit.join(',')}`,
    splitMode !== undefined && splitMode !== 'layer' && `-sm ${splitMode}`,
    mainDevice !== undefined && mainDevice !== 0 && `-mg ${mainDevice}`,
    cpuMoe !== null && cpuMoe > 0 && `--n-cpu-moe ${cpuMoe}`,
    (cpuMoe === null || settings.cpuMoe !== undefined) &&
      overrideTensor.length > 0 &&
      `-ot "${shortened(overrideTensor).join(',')}"`,
    `-c ${contextLength}`,
    parallel > 1 && `-np ${parallel}`,
    unified === true && '-kvu',
    ubatch !== undefined && `-ub ${ubatch}`,
    batch !== undefined && `-b ${batch}`,
    swaFull === true && '--swa-full',
    kvTypeK !== undefined && `-ctk ${kvTypeK}`,
    (kvTypeV ?? kvTypeK) !== undefined && `-ctv ${kvTypeV ?? kvTypeK}`,
    kvOffload === false && '-nkvo',
    `-fa ${flashAttention ? 'on' : 'off'}`,
  ];
  return flags.filter((flag) => flag !== false && flag !== undefined).join(' ');
}

/** `blk\.9\.x=CPU` and `blk\.10\.x=CPU` as `blk\.(9|10)\.x=CPU`. */
function shortened(overrides: readonly TensorOverride[]): string[] {
  const groups = new Map<string, string[]>();
  const order: { layers: string[]; rest: string; device: string }[] = [];
  for (const { pattern, device } of overrides) {
    const [, layer, rest] = /^blk\\\.(\d+)\\\.(.*)$/.exec(pattern) ?? [];
    if (layer === undefined || rest === undefined) {
      order.push({ layers: [], rest: pattern, device });
      continue;
    }
    const key = `${rest} ${device}`;
    const known = groups.get(key);
    if (known !== undefined) known.push(layer);
    else {
      const layers = [layer];
      groups.set(key, layers);
      order.push({ layers, rest, device });
    }
  }
  return order.map(({ layers, rest, device }) => {
    if (layers.length === 0) return `${rest}=${device}`;
    return `blk\\.${layers.length === 1 ? layers[0] : `(${layers.join('|')})`}\\.${rest}=${device}`;
  });
}

/** The number of layers whose experts the overrides keep on the host, if `--n-cpu-moe` means the same; otherwise null. */
export function exactExperts(model: Model, overrides: readonly TensorOverride[]): number | null {
  if (overrides.length === 0) return null;
  const matchers = overrides.map(({ pattern, device }) => ({ matches: matcherOf(pattern), device }));
  let most = -1;
  const experts: { layer: number; moved: boolean }[] = [];
  for (const { name } of model.tensors) {
    const match = matchers.find(({ matches }) => matches?.(name));
    if (match !== undefined && match.device !== 'CPU') return null;
    const layer = /^blk\.(\d+)\.ffn_(?:up|down|gate|gate_up)_(?:ch)?exps/.exec(name)?.[1];
    if (layer === undefined) {
      if (match !== undefined) return null;
      continue;
    }
    experts.push({ layer: Number(layer), moved: match !== undefined });
    if (match !== undefined) most = Math.max(most, Number(layer));
  }
  return experts.every((each) => each.moved === each.layer <= most) ? most + 1 : null;
}
