/** Which program runs a file that is not an ordinary model for llama.cpp. */

import { MAKES } from './families.js';
import { programsOf } from './family.js';
import { kindOf } from './kind.js';
import type { Model } from './model.js';

export interface Runtime {
  /** A description of the file: "Flux, an image model". */
  what: string;
  /** Programs that load it; empty if none is known. */
  programs: string[];
  /** Whether llama.cpp refuses it, or loads it together with a model. */
  llamaCpp: 'refuses' | 'beside';
  /** The option of llama.cpp that loads it; empty if llama.cpp refuses it. */
  option: string;
}

/** Files that llama.cpp's programs load together with a model, by kind. */
const BESIDE: Readonly<Record<string, Pick<Runtime, 'what' | 'programs' | 'option'>>> = {
  mmproj: { what: 'a multimodal projector', programs: ['llama.cpp'], option: '--mmproj' },
  adapter: { what: 'a LoRA adapter', programs: ['llama.cpp'], option: '--lora' },
  controlvector: { what: 'a control vector', programs: ['llama.cpp'], option: '--control-vector' },
  imatrix: { what: 'an importance matrix', programs: ['llama-quantize'], option: '--imatrix' },
};

/** Ollama's names for architectures with another name in llama.cpp; null if llama.cpp does not have the architecture. */
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

/** Null for language models and vocabularies for llama.cpp. */
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

/** The programs as text: "ComfyUI and stable-diffusion.cpp". */
export function programsWords({ programs }: Runtime): string {
  const last = programs.at(-1);
  if (last === undefined) return 'its own program';
  return programs.length === 1 ? last : `${programs.slice(0, -1).join(', ')} and ${last}`;
}

/** Everything in one sentence: "Flux, an image model: runs in stable-diffusion.cpp; llama.cpp refuses it". */
export function runtimeWords(runtime: Runtime): string {
  const { what, llamaCpp, option } = runtime;
  if (llamaCpp === 'beside') return `${what}: ${programsWords(runtime)} loads it together with a model (${option})`;
  return `${what}: runs in ${programsWords(runtime)}; llama.cpp refuses it`;
}
