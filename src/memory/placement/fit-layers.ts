/**
 * How llama.cpp's `--fit` (common/fit.cpp) assigns layers to devices that cannot hold the whole model. Devices are filled with whole layers
 * from the last to the first. For a mixture of experts they are filled with layers without their experts, which then become whole layers
 * from the front as long as there is room. The number that fits is found by false position, because memory need not grow evenly.
 */

import type { TensorOverride } from './devices.js';

/** What a device keeps of its first partial layer; all further partial layers keep everything except their experts. */
type Part = 'attention' | 'up' | 'up-and-gate' | 'no-experts';

export interface DeviceLayers {
  /** Number of layers on the device; the output counts as one. */
  layers: number;
  /** How many of them are partial. */
  partly: number;
  part: Part;
  /** The device that gets the rest of the first partial layer. Null: the host, which also gets the rest of all further ones. */
  overflowTo: number | null;
}

/** Bytes used on each device with this layout. */
export type Measure = (layout: readonly DeviceLayers[]) => readonly number[];

interface Question {
  /** Number of layers in the model's own pass. */
  trunk: number;
  mixture: boolean;
  /** Whether everything except the experts fits. */
  restFits: boolean;
  /** Byte limit of each device. */
  targets: readonly number[];
  measure: Measure;
}

interface State {
  layout: DeviceLayers[];
  bytes: readonly number[];
  /** The first device that only has layers without their experts. */
  start: number;
}

export function fitLayers(question: Question): DeviceLayers[] {
  const { targets, measure, mixture, restFits } = question;
  const layout = targets.map((): DeviceLayers => ({ layers: 0, partly: 0, part: 'no-experts', overflowTo: null }));
  let state: State = { layout, bytes: measure(layout), start: targets.length };
  for (let device = targets.length - 1; device >= 0; device--) state = fillFromBack(question, state, device);
  if (!mixture || !restFits) return state.layout;
  for (let device = targets.length - 1; device >= 0 && (state.layout[device]?.layers ?? 0) > 0; device--)
    state.start = device;
  for (let device = 0; device <= state.start && state.start < targets.length; device++) {
    state = fillFromFront(question, state, device);
    state = addPart(question, state, device);
  }
  return state.layout;
}

/** Gives a device as many layers as fit, from those that no later device has. */
function fillFromBack({ trunk, mixture, targets, measure }: Question, from: State, device: number): State {
  const last = targets.length - 1;
  const left = from.layout.slice(device + 1).reduce((rest, { layers }) => rest - layers, trunk + 1);
  if (left <= 0) return from;
  const withLayers = (state: State, more: number): State => {
    const { layers, partly } = state.layout[device] as DeviceLayers;
    // The last device has the output, which is always whole.
    const whole = device === last && partly === 0 ? 1 : 0;
    const layout = changed(state.layout, device, {
      layers: layers + more,
      partly: mixture ? partly + more - whole : 0,
    });
    return { ...state, layout, bytes: measure(layout) };
  };
  const layersOf = ({ layout }: State) => (layout[device] as DeviceLayers).layers;
  return search(from, withLayers(from, left), {
    device,
    target: targets[device] as number,
    count: layersOf,
    more: withLayers,
  });
}

/** Turns layers without experts at the end into whole layers of this device. */
function fillFromFront({ targets, measure }: Question, from: State, device: number): State {
  const last = targets.length - 1;
  const all = from.layout.map((each) => ({ ...each }));
  for (let other = from.start; other <= last; other++) {
    const each = all[other] as DeviceLayers;
    const moved = other < last ? each.layers : each.layers - 1;
    (all[device] as DeviceLayers).layers += moved;
    each.layers -= moved;
    each.partly = 0;
  }
  const withWhole = (state: State, more: number): State => {
    const layout = state.layout.map((each) => ({ ...each }));
    let { start } = state;
    let moved = 0;
    for (; start <= last; start++) {
      const each = layout[start] as DeviceLayers;
      const here = Math.min(more - moved, each.partly);
      each.layers -= here;
      each.partly -= here;
      (layout[device] as DeviceLayers).layers += here;
      moved += here;
      if (each.partly > 0) break;
    }
    return { layout, start, bytes: measure(layout) };
  };
  const wholeOf = ({ layout }: State) => {
    const { layers, partly } = layout[device] as DeviceLayers;
    return layers - partly;
  };
  const high = { layout: all, start: last, bytes: measure(all) };
  return search(from, high, { device, target: targets[device] as number, count: wholeOf, more: withWhole });
}

/** Tries one more layer on the device, a part of which goes to the next device or to the host. */
function addPart({ targets, measure }: Question, from: State, device: number): State {
  const last = targets.length - 1;
  const { start } = from;
  if ((from.layout[start]?.layers ?? 0) <= (device < last ? 0 : 1)) return from;
  const attempt = (part: Part): State => {
    const layout = from.layout.map((each) => ({ ...each }));
    const own = layout[device] as DeviceLayers;
    const giver = layout[start] as DeviceLayers;
    giver.layers--;
    giver.partly--;
    own.layers++;
    own.partly++;
    own.part = part;
    if (device < last) own.overflowTo = device + 1;
    return { layout, start: giver.partly === 0 ? start + 1 : start, bytes: measure(layout) };
  };
  const fits = ({ bytes }: State) =>
    (bytes[device] as number) < (targets[device] as number) &&
    (device === last || (bytes[device + 1] as number) < (targets[device + 1] as number));
  const up = attempt('up');
  if (!fits(up)) {
    const attention = attempt('attention');
    return fits(attention) ? attention : from;
  }
  const both = attempt('up-and-gate');
  return fits(both) ? both : up;
}

interface Search {
  device: number;
  target: number;
  count(state: State): number;
  /** The state with this many more layers. */
  more(state: State, layers: number): State;
}

/** The state between `low` and `most` with as many layers as fit, found by false position. `low` fits. */
function search(from: State, most: State, { device, target, count, more }: Search): State {
  let low = from;
  let high = most;
  const bytesOf = ({ bytes }: State) => bytes[device] as number;
  if (bytesOf(high) <= target) return high;
  for (let open = count(high) - count(low); open > 1; open = count(high) - count(low)) {
    const share = Math.trunc((open * (target - bytesOf(low))) / (bytesOf(high) - bytesOf(low)));
    // In llama.cpp a negative share becomes a very large unsigned number.
    const step = share < 0 || Number.isNaN(share) ? open - 1 : Math.min(Math.max(share, 1), open - 1);
    const test = more(low, step);
    if (bytesOf(test) <= target) low = test;
    else high = test;
  }
  return low;
}

function changed(layout: readonly DeviceLayers[], device: number, change: Partial<DeviceLayers>): DeviceLayers[] {
  return layout.map((each, at) => (at === device ? { ...each, ...change } : { ...each }));
}

const PATTERNS: Readonly<Record<Part, string>> = {
  attention: 'ffn_(gate|up|gate_up|down).*',
  up: 'ffn_(gate|gate_up|down).*',
  'up-and-gate': 'ffn_down.*',
  'no-experts': 'ffn_(up|down|gate_up|gate)_(ch|)exps',
};

/** Pattern for all experts, as in `--cpu-moe`. */
export const ALL_EXPERTS = 'blk\\.\\d+\\.ffn_(up|down|gate_up|gate)_(ch|)exps';

/** The `-ot` options for a layout. `nameOf` names a device. */
export function overridesFor(
  layout: readonly DeviceLayers[],
  trunk: number,
  nameOf: (device: number) => string,
): TensorOverride[] {
  const overrides: TensorOverride[] = [];
  let layer = trunk + 1 - layout.reduce((sum, { layers }) => sum + layers, 0);
  for (const { layers, partly, part, overflowTo } of layout) {
    layer += layers - partly;
    for (let each = 0; each < partly; each++, layer++) {
      const pattern = `blk\\.${layer}\\.${PATTERNS[each === 0 ? part : 'no-experts']}`;
      overrides.push({ pattern, device: each === 0 && overflowTo !== null ? nameOf(overflowTo) : 'CPU' });
    }
  }
  return overrides;
}
