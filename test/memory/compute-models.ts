/**
 * Models, small ones and of real size, for the golden data of compute buffers: their numbers and the shapes of their tensors, without
 * vocabulary and data.
 */

import type { ContextOptions } from '../../src/memory/cells.js';
import { interpret, type Model } from '../../src/model/model.js';
import { type Entry, type TensorItem, text, writeGguf } from '../support/gguf-writer.js';
import { read } from '../support/reading.js';
import { goldenOf } from '../support/reference.js';

type Plain = string | number | boolean | readonly number[] | readonly boolean[];

export interface Shape {
  metadata: Record<string, Plain>;
  /** Name, with `#` for the layer; dimensions; type; first and last layer of each run of layers. */
  tensors: readonly [string, number[], string, [number, number][]?][];
}

interface ComputeGolden {
  /** By name, with the short names of llama.cpp's own options: `ctx=4096,ub=512,fa=0`. */
  settings: Record<string, string>;
  /** Bytes by model and setting. */
  models: Record<string, Record<string, number>>;
  shapes: Record<string, Shape>;
}

export const COMPUTE = goldenOf<ComputeGolden>('compute.json');

export function shapedModel(name: string, shapes: Record<string, Shape> = COMPUTE.shapes): Model {
  const { metadata, tensors } = shapes[name] as Shape;
  return interpret(
    read(writeGguf({ metadata: Object.entries(metadata).map(entryOf), tensors: tensors.flatMap(itemsOf) })),
  );
}

function entryOf([key, value]: [string, Plain]): Entry {
  if (typeof value === 'string') return text(key, value);
  if (typeof value === 'object') {
    const itemType = typeof value[0] === 'boolean' ? 'bool' : value.every(Number.isInteger) ? 'i32' : 'f32';
    return { key, type: 'array', value: { itemType, items: value } };
  }
  if (typeof value === 'boolean') return { key, type: 'bool', value };
  return { key, type: Number.isInteger(value) && value >= 0 ? 'u32' : 'f32', value };
}

function itemsOf([name, dimensions, type, runs]: Shape['tensors'][number]): TensorItem[] {
  const item = (itemName: string): TensorItem => ({ name: itemName, dimensions, type, data: 'absent' });
  if (runs === undefined) return [item(name)];
  return runs.flatMap(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, i) => item(name.replace('#', String(from + i)))),
  );
}

/** Converts `ctx=4096,ub=512,fa=0` to options of this program. */
export function optionsOf(setting: string): ContextOptions {
  const values = new Map(setting.split(',').map((part) => part.split('=') as [string, string]));
  const number = (letters: string) => (values.has(letters) ? Number(values.get(letters)) : undefined);
  const flag = (letters: string) => (values.has(letters) ? values.get(letters) === '1' : undefined);
  const options = {
    contextLength: number('ctx'),
    ubatch: number('ub'),
    batch: number('b'),
    outputs: number('out'),
    parallel: number('seq'),
    stateSnapshots: number('rs'),
    unified: flag('uni'),
    swaFull: flag('swa'),
    flashAttention: flag('fa'),
    kvTypeK: values.get('k'),
    kvTypeV: values.get('v'),
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as ContextOptions;
}
