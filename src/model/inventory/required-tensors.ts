/**
 * Compares the tensors of a model with its architecture: tensors that llama.cpp's loader asks for but are missing ("missing tensor …"), and
 * tensors that are present but it does not ask for ("wrong number of tensors").
 */

import { facetOf } from '../../architectures/book.js';
import type { Circumstances } from '../../architectures/conditions.js';
import type { Stack, Wanted } from '../../architectures/notation.js';
import type { GgufFile } from '../../gguf/decode.js';
import { MOST_LAYERS } from '../../words/llama-cpp.js';
import { circumstances, type NumberOf, numbersOf } from '../circumstances.js';

export interface Stock {
  /** Required names that are missing from the file, in the order of the layers. */
  missing: readonly string[];
  /** Whether the architecture uses a tensor with this name. */
  uses(name: string): boolean;
  /** All required names, whether present or not. */
  required: ReadonlySet<string>;
}

/** Matrices that may have a scale in any architecture. */
const SCALED: ReadonlySet<string> = new Set([
  ...['attn_q', 'attn_k', 'attn_v', 'attn_qkv', 'attn_output', 'attn_gate', 'ffn_gate', 'ffn_up', 'ffn_down'],
  ...['ffn_gate_shexp', 'ffn_up_shexp', 'ffn_down_shexp', 'ffn_gate_exps', 'ffn_up_exps', 'ffn_down_exps'],
  ...['ssm_in', 'ssm_out', 'ssm_alpha', 'ssm_beta', 'nextn.eh_proj', 'nextn.shared_head_head'],
]);

/**
 * Compares the names of a model's tensors with the inventory of its architecture. Null if the inventory is not known, or if the file does
 * not state its number of layers.
 */
export function takeStock(
  architecture: string,
  file: Pick<GgufFile, 'metadata'>,
  names: ReadonlySet<string>,
): Stock | null {
  const inventory = facetOf(architecture, 'tensors');
  const number = numbersOf(architecture, file);
  const blockCount = number('block_count', -1, 0);
  const nextToken = number('nextn_predict_layers', 0, 0);
  if (inventory === null || blockCount === null || nextToken === null) return null;
  if (blockCount < 1 || blockCount > MOST_LAYERS) return null;

  const counts: Counts = { all: blockCount, nextToken, number };
  const tally = new Tally(names);
  tally.add(
    '',
    inventory.whole,
    circumstances(number, blockCount, 0, (name) => names.has(wholeName(name))),
  );
  for (const stack of inventory.stacks) {
    const range = rangeOf(stack, counts);
    if (range === null) return null;
    const own = new Tally(names);
    for (let layer = range.from; layer < range.to; layer++) {
      const prefix = `${stack.trunk}.${layer}.`;
      const stored = (name: string) => names.has(prefix + wholeName(name));
      own.add(prefix, stack.each, circumstances(number, blockCount, layer, stored));
    }
    tally.join(own, stack.mayBeAbsent && !own.foundAny());
  }
  return tally;
}

interface Counts {
  all: number;
  nextToken: number;
  number: NumberOf;
}

/** The layers of a stack, `to` exclusive; null if the file does not state them. */
function rangeOf({ layers }: Stack, { all, nextToken, number }: Counts): { from: number; to: number } | null {
  if (layers === 'all') return { from: 0, to: all };
  if (typeof layers === 'string') {
    if (nextToken >= all) return null;
    return layers === 'main' ? { from: 0, to: all - nextToken } : { from: all - nextToken, to: all };
  }
  const count = number(layers.count, all, 0);
  const to = count === null ? null : count * (layers.times ?? 1);
  return to === null || to > MOST_LAYERS ? null : { from: 0, to };
}

/** Collects the names that the loader asks for, and compares them with the stored ones. */
class Tally implements Stock {
  readonly missing: string[] = [];
  readonly required = new Set<string>();
  readonly #names: ReadonlySet<string>;
  readonly #used = new Set<string>();

  constructor(names: ReadonlySet<string>) {
    this.#names = names;
  }

  uses(name: string): boolean {
    return this.#used.has(name) || this.#isScale(name);
  }

  /** A scale is accepted for every matrix that is present (llama.cpp, load_tensors). */
  #isScale(name: string): boolean {
    const [, layer = '', module = ''] = /^(blk\.\d+\.)?(.+)\.(?:input_)?scale$/.exec(name) ?? [];
    const scaled = layer === '' ? module === 'output' : SCALED.has(module);
    const matrix = `${layer}${module}.weight`;
    return scaled && this.#used.has(matrix) && this.#names.has(matrix);
  }

  foundAny(): boolean {
    for (const name of this.#used) if (this.#names.has(name)) return true;
    return false;
  }

  /** Merges another tally. If its stack may be absent as a whole, its missing names do not count. */
  join(other: Tally, absent: boolean): void {
    for (const name of other.#used) this.#used.add(name);
    if (absent) return;
    this.missing.push(...other.missing);
    for (const name of other.required) this.required.add(name);
  }

  /** `certain` is false if the names depend on an unknown number: they may be present or missing. */
  add(prefix: string, wanted: readonly Wanted[], at: Circumstances, certain = true): void {
    for (const item of wanted) {
      if (typeof item === 'string') {
        for (const entry of item.split(' ')) if (entry !== '') this.#addEntry(prefix, entry, certain);
        continue;
      }
      const holds = item.condition(at);
      if (holds !== false) this.add(prefix, item.yes, at, certain && holds !== null);
      if (holds !== true) this.add(prefix, item.no, at, certain && holds !== null);
    }
  }

  #addEntry(prefix: string, entry: string, certain: boolean): void {
    const mayBeMissing = entry.endsWith('?');
    const alternatives = (mayBeMissing ? entry.slice(0, -1) : entry)
      .split('|')
      .map((names) => names.split('+').map((name) => prefix + wholeName(name)));
    const [first, ...others] = alternatives[0] as [string, ...string[]];
    if (certain && !mayBeMissing) {
      this.#ask(this.#best(alternatives));
      return;
    }
    for (const name of alternatives.flat()) this.#used.add(name);
    if (certain && this.#names.has(first)) this.#ask(others);
  }

  #ask(names: readonly string[]): void {
    for (const name of names) {
      this.#used.add(name);
      this.required.add(name);
      if (!this.#names.has(name)) this.missing.push(name);
    }
  }

  /** The first alternative that is complete; otherwise the one with most tensors present, the last of equals, like the loader. */
  #best(alternatives: readonly string[][]): readonly string[] {
    let best = alternatives[0]!;
    let most = -1;
    for (const names of alternatives) {
      const present = names.filter((name) => this.#names.has(name)).length;
      if (present === names.length) return names;
      if (present >= most) {
        best = names;
        most = present;
      }
    }
    return best;
  }
}

/** From the notation to the name in the file: `attn_q` → `attn_q.weight`. */
function wholeName(name: string): string {
  const [module = '', part = 'weight'] = name.split(':');
  return part === '-' ? module : `${module}.${part}`;
}
