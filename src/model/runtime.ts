/** Which program runs a file, where it is not simply a model of llama.cpp's. */

import { MAKES } from './families.js';
import { programsOf } from './family.js';
import { kindOf } from './kind.js';
import type { Model } from './model.js';

export interface Runtime {
  /** What the file is: "Flux, an image model". */
  what: string;
  /** Programs that load it; none where no program is known that does. */
  programs: string[];
  /** Whether llama.cpp refuses it, or takes it beside a model. */
  llamaCpp: 'refuses' | 'beside';
  /** How llama.cpp takes it; empty where it refuses it. */
  option: string;
}

/** What llama.cpp's programs take beside a model, by the kind of the file. */
const BESIDE: Readonly<Record<string, Pick<Runtime, 'what' | 'programs' | 'option'>>> = {
  mmproj: { what: 'a multimodal projector', programs: ['llama.cpp'], option: '--mmproj' },
  adapter: { what: 'a LoRA adapter', programs: ['llama.cpp'], option: '--lora' },
  controlvector: { what: 'a control vector', programs: ['llama.cpp'], option: '--control-vector' },
  imatrix: { what: 'an importance matrix', programs: ['llama-quantize'], option: '--imatrix' },
};

/** Ollama's names for architectures that llama.cpp calls otherwise; null where llama.cpp has none. */
export const OLLAMA_ARCHITECTURES: Readonly<Record<string, string | null>> = {
  gptoss: 'gpt-oss',
  qwen25vl: 'qwen2vl',
  deepseekocr: 'deepseek2-ocr',
  glm4moelite: 'deepseek2',
  glmocr: 'glm4',
  olmo3: 'olmo2',
  nemotron_h_omni: 'nemotron_h_moe',
  mllama: null,
};

/** Null for a language model and for a vocabulary of llama.cpp's. */
export function runtimeOf(model: Model): Runtime | null {
  const { family, hyperparameters } = model;
  const { architecture } = hyperparameters;
  if (family !== null) {
    const { noun } = MAKES[family.makes];
    const what = family.name === '' ? noun : `${family.name}, ${noun}`;
    return { what, programs: programsOf(family, architecture), llamaCpp: 'refuses', option: '' };
  }
  if (architecture !== null && Object.hasOwn(OLLAMA_ARCHITECTURES, architecture)) {
    return { what: "a model in Ollama's own form", programs: ['Ollama'], llamaCpp: 'refuses', option: '' };
  }
  const beside = BESIDE[architecture === 'controlvector' ? architecture : kindOf(model)];
  return beside === undefined ? null : { ...beside, llamaCpp: 'beside' };
}

/** The programs in words: "ComfyUI and stable-diffusion.cpp". */
export function programsWords({ programs }: Runtime): string {
  const last = programs.at(-1);
  if (last === undefined) return 'its own program';
  return programs.length === 1 ? last : `${programs.slice(0, -1).join(', ')} and ${last}`;
}

/** The same in a sentence: "Flux, an image model: runs in stable-diffusion.cpp; llama.cpp refuses it". */
export function runtimeWords(runtime: Runtime): string {
  const { what, llamaCpp, option } = runtime;
  if (llamaCpp === 'beside') return `${what}: ${programsWords(runtime)} takes it together with a model, with ${option}`;
  return `${what}: runs in ${programsWords(runtime)}; llama.cpp refuses it`;
}
