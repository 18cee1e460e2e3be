/**
 * The type that llama.cpp's quantizer would give each tensor for a file type (llama-quant.cpp; `--dry-run` prints the same): which tensors
 * it does not quantize, which type the mix gives, and the fallback if a row does not divide into blocks.
 */

import { type FileType, needsImatrix, type WrittenFileType } from '../../formats/file-types.js';
import { LAST_FALLBACK, tensorTypeByName } from '../../formats/tensor-types.js';
import { atLayer } from '../../model/hyperparameters.js';
import type { Model, ModelTensor } from '../../model/model.js';
import { outputOf } from '../../model/output-kind.js';
import { type Category, categoryOf } from './category.js';
import { isMatrix, isNameLeftAlone } from './left-alone.js';
import { LOWEST, MIXES, type Situation } from './mixes.js';

export interface TargetType {
  tensor: ModelTensor;
  /** Name of the resulting ggml type. */
  type: string;
  /** Whether its rows are not a multiple of the intended type's block. */
  fellBack: boolean;
}

/**
 * The types in the order in which the quantizer processes the tensors. Null if it would refuse: a row that no fallback fits, a layer number
 * beyond the model's, or a type that requires an importance matrix when `imatrix` is false.
 */
export function targetTypes(model: Model, target: FileType, imatrix: boolean): TargetType[] | null {
  const types: TargetType[] = [];
  const whole = eachTarget(model, target, imatrix, ({ tensor }, type, fellBack) =>
    types.push({ tensor, type, fellBack }),
  );
  return whole ? types : null;
}

/** The facts that do not depend on the file type. */
interface Surveyed {
  tensor: ModelTensor;
  /** Its dimensions as a string, because many tensors have the same shape. */
  shape: string;
  /** -1 if it belongs to no layer. */
  layer: number;
  category: Category;
  leftAlone: boolean;
}

const surveys = new WeakMap<Model, readonly Surveyed[]>();

/** Global tensors first, then layer by layer; by name within (llama-model-loader.h, weight_name_comparer). */
function surveyOf(model: Model): readonly Surveyed[] {
  const known = surveys.get(model);
  if (known !== undefined) return known;
  // Layers name their tensors alike, so what follows from a name is computed once for all of them.
  const byName = new Map<string, { category: Category; nameLeftAlone: boolean }>();
  const survey = model.tensors.map((tensor): Surveyed => {
    const { name, dimensions } = tensor;
    const [prefix = '', layer] = /^blk\.(\d+)(?=\.)/.exec(name) ?? [];
    const own = name.slice(prefix.length);
    let found = byName.get(own);
    if (found === undefined) {
      found = { category: categoryOf(name), nameLeftAlone: isNameLeftAlone(name) };
      byName.set(own, found);
    }
    const leftAlone = found.nameLeftAlone || !isMatrix(dimensions);
    return {
      tensor,
      shape: dimensions.join(),
      layer: layer === undefined ? -1 : Number(layer),
      category: found.category,
      leftAlone,
    };
  });
  survey.sort((a, b) => a.layer - b.layer || (a.tensor.name < b.tensor.name ? -1 : 1));
  surveys.set(model, survey);
  return survey;
}

/** Calls `take` for each tensor with its resulting type, in the order of `targetTypes`; false where `targetTypes` returns null. */
export function eachTarget(
  model: Model,
  target: FileType,
  imatrix: boolean,
  take: (surveyed: Surveyed, type: string, fellBack: boolean) => void,
): boolean {
  if (!imatrix && target.needsImatrix) return false;
  const quantizes = (tensorTypeByName(target.main)?.blockElements ?? 1) > 1;
  const walk = new Walk(model, target, imatrix);
  for (const surveyed of surveyOf(model)) {
    const { tensor, category, leftAlone } = surveyed;
    if (leftAlone) {
      take(surveyed, tensor.type?.name ?? `id ${tensor.typeId}`, false);
      continue;
    }
    const wanted = quantizes ? walk.choose(tensor, category) : target.main;
    const fitting = wanted === null ? null : quantizes ? orFallback(wanted, tensor.dimensions[0] as number) : wanted;
    if (fitting === null || (!imatrix && wantsImatrix(category, fitting, target))) return false;
    take(surveyed, fitting, fitting !== wanted);
  }
  return true;
}

/** The shortest block length: if it does not divide a row, no other does. */
const SHORTEST_BLOCK = 32;

/** The type itself if its blocks divide the row, else its fallback, else F16; null if a type with long blocks has no fallback. */
function orFallback(wanted: string, row: number): string | null {
  const block = (type: string) => tensorTypeByName(type)?.blockElements ?? 1;
  if (row % block(wanted) === 0) return wanted;
  const fallback = block(wanted) <= SHORTEST_BLOCK ? wanted : (tensorTypeByName(wanted)?.fallback ?? null);
  if (fallback === null) return null;
  return row % block(fallback) === 0 ? fallback : LAST_FALLBACK;
}

function wantsImatrix(category: Category, type: string, target: FileType): boolean {
  if (category === 'token embedding' || category === 'output') return false;
  return needsImatrix(tensorTypeByName(type), target);
}

/** Walks through the tensors like the quantizer, counting those of each category. */
class Walk {
  readonly #model: Model;
  readonly #target: FileType;
  readonly #met = new Map<Category, number>();
  readonly #imatrix: boolean;
  readonly #layers: number;
  readonly #experts: number;
  readonly #queriesPerKey: number;
  readonly #values: number;
  /** Without an output matrix the quantizer treats the token embedding as one, in encoders too. */
  readonly #tied: boolean;
  readonly #is70B: boolean;

  constructor(model: Model, target: FileType, imatrix: boolean) {
    const { hyperparameters } = model;
    this.#model = model;
    this.#target = target;
    this.#imatrix = imatrix;
    this.#layers = hyperparameters.blockCount ?? 0;
    this.#experts = hyperparameters.expertCount ?? 0;
    const heads = atLayer(hyperparameters.headCount, 0) ?? 0;
    const keyHeads = atLayer(hyperparameters.headCountKv, 0) ?? 0;
    this.#queriesPerKey = keyHeads === 0 ? 0 : Math.floor(heads / keyHeads);
    this.#values = surveyOf(model).filter(({ category }) => category === 'attention value').length;
    this.#tied = outputOf(model).kind !== 'own';
    this.#is70B = is70B(hyperparameters.architecture, this.#layers, heads, keyHeads);
  }

  /** The type that the mix gives; null if the tensor's layer is not one of the model's. */
  choose(tensor: ModelTensor, category: Category): string | null {
    const { name, main } = this.#target;
    if (category === 'output' || (this.#tied && category === 'token embedding')) return this.#outputType(tensor);
    if (name === 'MXFP4_MOE') return this.#isExpertStack(tensor, category) ? 'MXFP4' : 'Q8_0';
    const before = this.#met.get(category) ?? 0;
    this.#met.set(category, before + 1);
    const situation = this.#situation(tensor.name, category, before);
    if (situation === null) return null;
    const choice = MIXES[name as WrittenFileType]?.[category];
    const chosen = (typeof choice === 'function' ? choice(situation) : choice) ?? main;
    return LOWEST.has(name) ? chosen : this.#adjusted(category, chosen);
  }

  /** The rules for all mixes above 2.5 bits: more bits for keys and values if they are small compared with the rest. */
  #adjusted(category: Category, chosen: string): string {
    if (this.#experts === 8 && (category === 'attention value' || category === 'attention key')) return 'Q8_0';
    const small = category === 'attention value' && this.#is70B && (chosen === 'Q3_K' || chosen === 'Q4_K');
    return small ? 'Q5_K' : chosen;
  }

  #outputType({ dimensions }: ModelTensor): string {
    const { name, main } = this.#target;
    const whole = (dimensions[0] as number) % (tensorTypeByName(main)?.blockElements ?? 1) === 0;
    if (name === 'MXFP4_MOE' || this.#architecture === 'falcon' || !whole || main === 'Q8_0') return 'Q8_0';
    return LOWEST.has(name) || name === 'IQ3_XXS' ? 'Q5_K' : 'Q6_K';
  }

  /** Experts are stacked in a third dimension. So are the latent-attention matrices of Bailing 3, but they are not experts. */
  #isExpertStack({ dimensions }: ModelTensor, category: Category): boolean {
    const stacked = (dimensions[2] ?? 1) > 1;
    return stacked && (this.#architecture !== 'bailingmoe3' || category.startsWith('feed-forward'));
  }

  /** In dense models the index is by tensor order, in models with experts by the layer in the name. */
  #situation(name: string, category: Category, before: number): Situation | null {
    const ffn = category.startsWith('feed-forward');
    let index = before;
    if (ffn && this.#experts > 1 && !LOWEST.has(this.#target.name)) {
      index = Number(/^blk\.(\d+)\./.exec(name)?.[1] ?? Number.NaN);
      if (!(index < this.#layers)) return null;
    }
    return {
      index,
      count: ffn ? this.#layers : this.#values,
      before,
      queriesPerKey: this.#queriesPerKey,
      experts: this.#experts,
      falcon: this.#architecture === 'falcon',
      imatrix: this.#imatrix,
    };
  }

  get #architecture(): string | null {
    return this.#model.hyperparameters.architecture;
  }
}

/** The models that llama.cpp's loader classifies as 70B, by architecture and layers. */
function is70B(architecture: string | null, layers: number, heads: number, keyHeads: number): boolean {
  if (architecture === 'llama' || architecture === 'llama-embed') return layers === 80 && heads !== keyHeads;
  if (architecture === 'jais2') return layers === 68;
  return (architecture === 'qwen2' || architecture === 'deci') && layers === 80;
}
