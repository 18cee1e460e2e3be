/**
 * From the name of a tensor to its role: first by llama.cpp's names, then by the words of other layouts, otherwise `unknown`. The role is
 * not guessed from shapes or architectures.
 */

import { ROLES, type RoleId } from '../words/roles.js';
import type { Family } from './families.js';
import { familyRole } from './family-roles.js';
import { foreignRole } from './foreign-names.js';
import { moduleRole } from './module-roles.js';
import { findLayer, MAX_NAME, patternOf, splitTensorName, type TensorName } from './tensor-name.js';

export interface Classified extends TensorName {
  role: RoleId;
  /** For a bias, a scale or the factor of an adapter: the role of the tensor that it belongs to. Null for everything else. */
  of: RoleId | null;
}

/** Results that all layers share, by pattern. Names with and without a layer are separate, because a name may itself contain `{}`. */
interface Remembered {
  layered: Map<string, Classified>;
  plain: Map<string, Classified>;
}

/** By family, because names have a different meaning in each family that llama.cpp does not run; null for models of llama.cpp. */
const rememberedOf = new Map<Family | null, Remembered>();

/**
 * A file has a few hundred patterns. A file with more than this is not a model, and a process that reads many files must not accumulate
 * memory.
 */
const MAX_REMEMBERED = 4096;

/** Classifies the name of a tensor in a file of a family. Accepts any string and never throws. */
export function classify(name: string, family: Family | null = null): Classified {
  if (name.length > MAX_NAME) return classifyAnew(name, family);
  const span = findLayer(name);
  let patterns = rememberedOf.get(family);
  if (patterns === undefined) {
    patterns = { layered: new Map(), plain: new Map() };
    rememberedOf.set(family, patterns);
  }
  const remembered = span ? patterns.layered : patterns.plain;
  const pattern = patternOf(name, span);
  let known = remembered.get(pattern);
  if (known === undefined) {
    known = classifyAnew(name, family);
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(pattern, known);
  }
  return span ? { ...known, layer: Number(name.slice(span.start, span.end)) } : known;
}

function classifyAnew(name: string, family: Family | null): Classified {
  const { parsed, words, head } = splitTensorName(name, family);
  const { trunk, module, component } = parsed;
  const base =
    (family === null || trunk !== '' ? undefined : familyRole(words, head, component)) ??
    (component === 'diffusion' || component === 'autoencoder'
      ? undefined
      : moduleRole(trunk, module, words.join('.'))) ??
    foreignRole(words, head, component) ??
    'unknown';
  const [role, of] = roleOfPart(base, parsed.part);
  return { ...parsed, role, of };
}

/** The role of a part of a module, and the role of the module that it belongs to. */
function roleOfPart(base: RoleId, part: string): [role: RoleId, of: RoleId | null] {
  switch (part) {
    case '':
    case 'weight':
    case 'scales':
      return [base, null];
    case 'bias':
      // The first consists only of a bias; the second has a matrix only in the oldest designs.
      if (base === 'expert-selection-bias') return [base, null];
      if (base === 'state-space-time-step') return ['state-space-time-step-bias', null];
      return ['bias', base];
    case 'scale':
      // Gemma 4's router has a factor for each element of its input; image models call the weight of a norm its scale.
      if (base === 'expert-router') return ['expert-router-scale', null];
      if (base === 'unknown' || ROLES[base].group === 'normalization') return [base, null];
      return ['quantization-scale', base];
    case 'input_scale':
      return ['quantization-input-scale', base];
    case 'lora_a':
      return ['adapter-lora-a', base];
    case 'lora_b':
      return ['adapter-lora-b', base];
    case 'input_min':
    case 'input_max':
    case 'output_min':
    case 'output_max':
      return base === 'unknown' ? [base, null] : ['activation-range', base];
    case 'in_sum2':
      return ['importance-sums', base];
    case 'counts':
      return base === 'unknown' ? [base, null] : ['importance-counts', base];
    case 'alpha':
      return base === 'snake-frequency' ? [base, null] : ['unknown', null];
    case 'beta':
      return base === 'snake-frequency' ? ['snake-amplitude', null] : ['unknown', null];
    default:
      return [base, null];
  }
}
