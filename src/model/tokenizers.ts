/** What llama.cpp knows about tokenizers: their kinds, and how texts are split before byte pairs are merged (src/llama-vocab.cpp, 2026). */

/**
 * Values of `tokenizer.ggml.model`. `none` and `no_vocab`: the file has no list of tokens, only their number; `test` is for models that
 * test a runtime.
 */
export const TOKENIZERS: ReadonlySet<string> = new Set(
  'llama bert gpt2 t5 rwkv plamo2 gemma4 hybriddna whitespace test none no_vocab'.split(' '),
);

export function hasNoTokens(tokenizer: string): boolean {
  return tokenizer === 'none' || tokenizer === 'no_vocab';
}

/** Tokenizers that merge byte pairs and so need the list of merges. */
export const MERGING: ReadonlySet<string> = new Set(['gpt2', 'gemma4', 'hybriddna', 'whitespace']);

/** The only pre-tokenizer whose vocabulary works without merges. */
export const WITHOUT_MERGES = 'kimi-k2';

/** Values of `tokenizer.ggml.pre`; only tokenizers that merge byte pairs use it. */
export const PRE_TOKENIZERS: ReadonlySet<string> = new Set(
  (
    'default minicpm5 llama3 llama-v3 llama-bpe falcon3 falcon-h1 pixtral midm-2.0 lfm2 jina-v5-nano deepseek-llm ' +
    'deepseek-coder deepseek-v3 deepseek-r1-qwen spark2_5 youtu falcon mpt starcoder gpt-2 phi-2 jina-es jina-de jina-v2-es ' +
    'jina-v2-de jina-v1-en jina-v2-code gigachat a.x-4.0 mellum mellum2 modern-bert jais jais-2 gemma4 ' +
    'granite-embed-multi-311m granite-embed-multi-97m granite-docling sarvam-moe roberta-bpe whitespace refact command-r qwen2 ' +
    'qwen35 kormo f2llmv2 stablelm2 olmo dbrx smaug-bpe poro-chat glm4 chatglm-bpe viking tekken smollm codeshell bloom ' +
    'gpt3-finnish exaone exaone4 exaone-moe chameleon minerva-7b megrez gpt-4o llama4 kanana2 talkie tiny_aya cohere2moe ' +
    'superbpe trillion bailingmoe bailingmoe2 llada-moe seed-coder hunyuan hunyuan-dense hy_v4 joyai-llm kimi-k2 ufakzeka ' +
    'grok-2 afmoe laguna minimax-m2 solar-open'
  ).split(' '),
);

/** Largest value of `tokenizer.ggml.token_type`: 0 undefined, normal, unknown, control, user-defined, unused, 6 byte. */
export const LAST_TOKEN_TYPE = 6;
