/**
 * Which architectures are known, and of which of them what is not: the one list that every table by architecture is held against
 * (test/model/known-architectures.test.ts). The names are those of llama.cpp v0.5.0 (src/llama-arch.cpp).
 */

/**
 * What the rules need to know of an architecture. `tensors`: which ones its loader asks for. `keys`: which metadata its loader
 * demands, beyond what all demand. `lengths`: how the axes of its tensors follow from its numbers. `numbers`: that its numbers mean
 * what they mean in other language models at all.
 */
export type Facet = 'tensors' | 'keys' | 'lengths' | 'numbers';

export const FACETS: readonly Facet[] = ['tensors', 'keys', 'lengths', 'numbers'];

/** Values of `general.architecture`. */
export const KNOWN_ARCHITECTURES: ReadonlySet<string> = new Set(
  (
    'afmoe apertus arcee arctic arwkv7 baichuan bailingmoe bailingmoe2 bailingmoe3 bert bitnet bloom chameleon ' +
    'chatglm clip codeshell cogvlm cohere2 cohere2moe command-r dbrx deci deepseek deepseek2 deepseek2-ocr deepseek32 ' +
    'deepseek4 dflash dots1 dots3note dream eagle3 ernie4_5 ernie4_5-moe eurobert exaone exaone-moe exaone4 falcon ' +
    'falcon-h1 gemma gemma-embedding gemma2 gemma3 gemma3n gemma4 gemma4-assistant glm-dsa glm4 glm4moe gpt-oss gpt2 ' +
    'gptj gptneox granite granite_swa granitehybrid granitemoe graniteswitch grok grovemoe hrm_text hunyuan-dense ' +
    'hunyuan-moe hunyuan_vl hy_v3 hy_v4 internlm2 jais jais2 jamba jina-bert-v2 jina-bert-v3 kimi-k3 kimi-linear ' +
    'laguna lfm2 lfm2moe llada llada-moe llama llama-embed llama4 maincoder mamba mamba2 maple mellum mimo2 minicpm ' +
    'minicpm3 minimax-01 minimax-m2 minimax-m3 mistral3 mistral4 modern-bert mpt muse-glimmer nanbeige nemotron ' +
    'nemotron_h nemotron_h_moe neo-bert nomic-bert nomic-bert-moe olmo olmo2 olmoe openelm orion paddleocr ' +
    'pangu-embedded phi2 phi3 phimoe plamo plamo2 plamo3 plm pockettts qwen qwen2 qwen2moe qwen2vl qwen3 qwen35 ' +
    'qwen35moe qwen3moe qwen3next qwen3tts qwen3vl qwen3vlmoe qwen4exp refact rnd1 rwkv6 rwkv6qwen2 rwkv7 seed_oss ' +
    'smallthinker smollm3 spark2_5 stablelm starcoder starcoder2 step35 t5 t5encoder talkie wavtokenizer-dec xverse'
  ).split(' '),
);

/** Facets that are not known, by the architectures that lack them. All others are known. */
const NOT_KNOWN: Readonly<Record<Facet, string>> = {
  tensors: 'clip dflash gptj graniteswitch hrm_text hy_v4 maple minimax-01 pockettts qwen3tts qwen4exp spark2_5',
  keys:
    'arwkv7 clip cohere2moe dflash dots3note eagle3 eurobert exaone-moe gemma4-assistant gptj granite_swa graniteswitch hrm_text ' +
    'hunyuan_vl hy_v4 kimi-k3 maple minimax-01 muse-glimmer paddleocr pangu-embedded pockettts qwen3tts qwen4exp rnd1 rwkv6qwen2 ' +
    'spark2_5',
  lengths:
    'arctic arwkv7 chameleon clip cogvlm cohere2moe deci deepseek2-ocr deepseek4 dflash dots3note eagle3 eurobert exaone-moe gemma3n ' +
    'gemma4-assistant glm-dsa gptj granite_swa graniteswitch hrm_text hunyuan_vl hy_v4 kimi-k3 kimi-linear laguna maple mellum mimo2 ' +
    'minimax-01 minimax-m3 muse-glimmer neo-bert openelm paddleocr pangu-embedded plamo2 pockettts qwen3tts qwen4exp rnd1 rwkv6 ' +
    'rwkv6qwen2 rwkv7 spark2_5 step35 talkie wavtokenizer-dec',
  // Drafts borrow the vocabulary of another model, and the others are no language models or have no loader.
  numbers: 'clip dflash eagle3 gemma4-assistant gptj pockettts qwen3tts',
};

const LACKING: ReadonlyMap<Facet, ReadonlySet<string>> = new Map(
  FACETS.map((facet) => [facet, new Set(NOT_KNOWN[facet].split(' '))]),
);

/** Whether llama.cpp has a name for the architecture. */
export function isKnownArchitecture(architecture: string): boolean {
  return KNOWN_ARCHITECTURES.has(architecture);
}

/** Whether this is known of an architecture; of one that is not known itself nothing is. */
export function isFacetKnown(architecture: string | null, facet: Facet): boolean {
  return architecture !== null && isKnownArchitecture(architecture) && LACKING.get(facet)?.has(architecture) !== true;
}
