/**
 * What the loaders of llama.cpp ask of the metadata, by architecture (src/llama-model.cpp and src/models, August 2026). Of an
 * architecture that is not listed only what all demand is known; known-architectures.ts says so.
 */

/** Keys that all loaders demand, without their prefix. */
const DEMANDED_OF_ALL: readonly string[] = ['context_length', 'embedding_length', 'block_count'];

const RMS = 'attention.layer_norm_rms_epsilon';
const LAYER = 'attention.layer_norm_epsilon';

/** The small number in the norms: of the root mean square, or of mean and variance. */
const EPSILON: Readonly<Record<string, string>> = {
  [RMS]:
    'llama llama4 llama-embed deci baichuan grok refact qwen qwen2 qwen2moe qwen2vl qwen3 qwen3moe qwen3next qwen3vl ' +
    'qwen3vlmoe qwen35 qwen35moe phi3 phimoe plamo plamo2 plamo3 internlm2 minicpm minicpm3 gemma gemma2 gemma3 gemma3n gemma4 ' +
    'gemma-embedding mamba mamba2 jamba falcon-h1 xverse olmo2 olmoe openelm arctic deepseek deepseek2 chatglm glm4 glm4moe ' +
    'bitnet t5 t5encoder exaone exaone4 granite granitemoe granitehybrid chameleon nemotron_h nemotron_h_moe hunyuan-moe ' +
    'hunyuan-dense smollm3 gpt-oss lfm2 lfm2moe dots1 ernie4_5 ernie4_5-moe arcee seed_oss apertus llada llada-moe dream ' +
    'bailingmoe bailingmoe2 bailingmoe3 grovemoe smallthinker neo-bert plm mistral3 afmoe minimax-m2 nanbeige talkie ' +
    'cogvlm deepseek2-ocr deepseek32 deepseek4 glm-dsa hy_v3 kimi-linear laguna maincoder mellum mimo2 minimax-m3 mistral4 step35',
  [LAYER]:
    'falcon gpt2 gptneox mpt starcoder starcoder2 bert nomic-bert nomic-bert-moe jina-bert-v2 jina-bert-v3 modern-bert bloom ' +
    'stablelm phi2 codeshell orion command-r cohere2 dbrx olmo jais jais2 nemotron rwkv6 rwkv7 wavtokenizer-dec',
};

const STATE_SPACE = ['ssm.conv_kernel', 'ssm.inner_size', 'ssm.state_size', 'ssm.time_step_rank'];

/** What single architectures demand beyond that. */
const FURTHER: Readonly<Record<string, readonly string[]>> = {
  mamba: STATE_SPACE,
  mamba2: [...STATE_SPACE, 'ssm.group_count'],
  jamba: STATE_SPACE,
  qwen3next: [...STATE_SPACE, 'ssm.group_count'],
  'command-r': ['logit_scale'],
  cohere2: ['logit_scale'],
  deepseek2: ['attention.kv_lora_rank'],
  deepseek32: ['attention.kv_lora_rank'],
  mistral4: ['attention.kv_lora_rank'],
  'kimi-linear': ['attention.kv_lora_rank', 'ssm.conv_kernel'],
  llama4: ['interleave_moe_layer_step'],
  lfm2: ['shortconv.l_cache'],
  lfm2moe: ['shortconv.l_cache'],
  mpt: ['attention.max_alibi_bias'],
  qwen2vl: ['rope.dimension_sections'],
  t5: ['attention.relative_buckets_count'],
  t5encoder: ['attention.relative_buckets_count'],
};

const EPSILON_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(EPSILON).flatMap(([epsilon, names]) => names.split(' ').map((name) => [name, epsilon] as const)),
);

/** The architectures of which more is known than what all demand. */
export const WITH_DEMANDS: readonly string[] = [...EPSILON_OF.keys()];

/** The keys that the loader of an architecture demands, without their prefix, as far as they are known. */
export function demandsOf(architecture: string | null): readonly string[] {
  const epsilon = EPSILON_OF.get(architecture ?? '');
  return [...DEMANDED_OF_ALL, ...(epsilon === undefined ? [] : [epsilon]), ...(FURTHER[architecture ?? ''] ?? [])];
}

/** The parts of a projector file, by the key that says whether it has one, and what `clip.cpp` demands of each. */
export const PROJECTOR_DEMANDS: Readonly<Record<string, readonly string[]>> = {
  has_vision_encoder: [
    ...['embedding_length', 'attention.head_count', 'feed_forward_length', 'block_count', 'projection_dim'],
    ...['attention.layer_norm_epsilon', 'image_size', 'patch_size', 'image_mean', 'image_std'],
  ].map((key) => `vision.${key}`),
  has_audio_encoder: [
    ...['embedding_length', 'attention.head_count', 'feed_forward_length', 'block_count', 'projection_dim'],
    ...['attention.layer_norm_epsilon', 'num_mel_bins'],
  ].map((key) => `audio.${key}`),
};
