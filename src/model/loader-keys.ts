/**
 * The keys that llama.cpp reads, with the type of the value and the length of an array (llama-model.cpp, models/*.cpp, llama-vocab.cpp,
 * llama-adapter.cpp and clip.cpp, September 2026). A loader that does not read a key accepts any type for it, so each row names its
 * readers.
 */

/** The type of the value of a key (key-types.ts has the words). */
export type KeyType =
  | 'string'
  | 'bool'
  | 'u32'
  | 'i32'
  | 'f32'
  | 'u32s'
  | 'f32s'
  | 'i32s-or-one'
  | 'pattern'
  | 'flags'
  | 'flags-if-array'
  | 'ints'
  | 'u64s'
  | 'strings'
  | 'strings-if-array'
  | 'i32-array'
  | 'u32-array'
  | 'f32-array'
  | 'scores'
  | 'bytes';

/** The required length of an array: a number, or the number of layers, with or without those for next-token prediction. */
export type KeyLength =
  | number
  | `${number} or more`
  | `up to ${number}`
  | 'layers'
  | 'layers or more'
  | 'main-layers'
  | 'main-layers or more'
  | { key: string };

/**
 * Keys of one type. Each line of `readers` has keys, a colon, and their readers; a line that is indented further continues the previous
 * one.
 */
export interface KeyRows {
  type: KeyType;
  length?: KeyLength;
  readers: string;
}

/** Keys with the prefix of the architecture. */
export const MODEL_KEYS: readonly KeyRows[] = [
  {
    type: 'string',
    readers: `
      rope.scaling.type: all
    `,
  },
  {
    type: 'bool',
    readers: `
      attention.causal rope.scaling.finetuned: all
    `,
  },
  {
    type: 'u32',
    readers: `
      attention.key_length attention.key_length_swa attention.value_length attention.value_length_swa block_count
        context_length embedding_length embedding_length_out expert_count expert_group_count expert_group_used_count
        nextn_predict_layers pooling_type rope.dimension_count rope.dimension_count_swa
        rope.scaling.original_context_length: all
      features_length posnet.embedding_length posnet.block_count convnext.embedding_length convnext.block_count:
        wavtokenizer-dec
    `,
  },
  {
    type: 'f32',
    readers: `
      rope.freq_base rope.scale_linear rope.scaling.alpha rope.scaling.attn_factor rope.scaling.factor: all
    `,
  },
  {
    type: 'u32s',
    length: 'layers',
    readers: `
      feed_forward_length attention.head_count attention.head_count_kv expert_used_count: all
    `,
  },
  {
    type: 'strings-if-array',
    readers: `
      classifier.output_labels: all
    `,
  },
  {
    type: 'string',
    readers: `
      hidden_activation: modern-bert
    `,
  },
  {
    type: 'bool',
    readers: `
      expert_weights_norm: afmoe bailingmoe bailingmoe2 bailingmoe3 cohere2moe deepseek2 deepseek2-ocr deepseek32
        deepseek4 dflash dots1 dots3note exaone-moe glm-dsa glm4moe hy_v3 hy_v4 kimi-k3 laguna minimax-m3 mistral4
        nemotron_h nemotron_h_moe step35
      hrm.prefix_lm: hrm_text
      kda.safe_gate: bailingmoe3
      norm_before_fc norm_before_residual: eagle3
      skip_loop_final_norm: nanbeige
      ssm.dt_b_c_rms: mamba
      swin_norm: chameleon
      use_parallel_residual: gptneox
    `,
  },
  {
    type: 'u32',
    readers: `
      adapters.count adapters.lora_rank: graniteswitch
      attention.decay_lora_rank attention.gate_lora_rank attention.iclr_lora_rank
        attention.value_residual_mix_lora_rank: arwkv7 rwkv7
      attention.group_norm_groups: wavtokenizer-dec
      attention.indexer.block_size attention.indexer.local_blocks: minimax-m3
      attention.indexer.head_count attention.indexer.key_length attention.indexer.top_k: deepseek32 deepseek4 dots3note
        glm-dsa hy_v4 minimax-m3 qwen4exp
      attention.key_length_mla attention.value_length_mla: bailingmoe3 deepseek2 deepseek32 dots3note glm-dsa hy_v4
        kimi-k3 kimi-linear mistral4
      attention.key_length_mla_swa attention.kv_lora_rank_swa attention.value_length_mla_swa: dots3note
      attention.kv_lora_rank: bailingmoe3 deepseek2 deepseek32 dots3note glm-dsa hy_v4 kimi-k3 kimi-linear minicpm3
        mistral4 plm
      attention.output_group_count attention.output_lora_rank hyper_connection.sinkhorn_iterations: deepseek4 dflash
      attention.q_lora_rank: bailingmoe3 deepseek2 deepseek32 deepseek4 dflash dots3note glm-dsa hy_v4 kimi-k3 minicpm3
        mistral4
      attention.relative_buckets_count: t5 t5encoder
      attention.shared_kv_layers: gemma4 gemma4-assistant
      attention.sliding_window: afmoe cohere2 cohere2moe deepseek4 dflash dots3note exaone-moe exaone4 gemma-embedding
        gemma2 gemma3 gemma3n gemma4 gemma4-assistant gpt-oss granite_swa laguna lfm2 llama4 maple mellum mimo2
        modern-bert muse-glimmer olmo2 phi3 plamo3 smallthinker spark2_5 step35
      attention.temperature_length: deepseek2 grok mistral4
      attn_res.block_size expert_latent_length: kimi-k3
      block_size conv_group_size conv_kernel_size selector_rank selector_top_k: dflash
      decoder_block_count decoder_start_token_id: t5
      dense_2_feat_in dense_2_feat_out dense_3_feat_in dense_3_feat_out: gemma-embedding
      embedding_length_per_layer_input: gemma4 qwen4exp
      expert_chunk_feed_forward_length experts_per_group: grovemoe
      expert_gating_func: afmoe bailingmoe2 bailingmoe3 cohere2moe deepseek2 deepseek2-ocr deepseek32 deepseek4 dflash
        dots1 dots3note exaone-moe glm-dsa glm4moe hy_v3 hy_v4 kimi-k3 kimi-linear laguna lfm2moe minimax-m2 minimax-m3
        mistral4 smallthinker step35
      expert_shared_count: afmoe bailingmoe bailingmoe2 bailingmoe3 cohere2moe deepseek deepseek2 deepseek2-ocr
        deepseek32 deepseek4 dflash dots1 dots3note exaone-moe glm-dsa glm4moe hy_v4 kimi-k3 kimi-linear laguna
        minimax-m3 mistral4 nemotron_h nemotron_h_moe
      expert_shared_feed_forward_length: bailingmoe2 bailingmoe3 cohere2moe ernie4_5 ernie4_5-moe exaone-moe granite
        granite_swa granitehybrid granitemoe graniteswitch hunyuan-moe hy_v3 laguna nemotron_h nemotron_h_moe paddleocr
        qwen2moe qwen35moe qwen3next qwen4exp step35
      full_attention_interval: minimax-01 qwen35 qwen35moe qwen3next qwen4exp
      hash_layer_count: deepseek4
      hrm.h_cycles hrm.l_cycles hrm.layers_per_stack: hrm_text
      hyper_connection.count: deepseek4 dflash hy_v4 qwen4exp
      hyper_connection.low_rank ple.conv_kernel ple.eos_token_id ple.heads_per_ngram ple.image_token_id ple.ngram_size:
        qwen4exp
      interleave_moe_layer_step: ernie4_5 ernie4_5-moe llama4 paddleocr
      kda.head_dim: bailingmoe3 kimi-k3 kimi-linear
      leading_dense_block_count: afmoe bailingmoe bailingmoe2 bailingmoe3 cohere2moe deepseek deepseek2 deepseek2-ocr
        deepseek32 dots1 dots3note ernie4_5 ernie4_5-moe exaone-moe glm-dsa glm4moe hy_v4 kimi-k3 kimi-linear laguna
        lfm2moe minimax-m3 mistral4 paddleocr
      moe_every_n_layers: nomic-bert-moe
      moe_latent_size: nemotron_h nemotron_h_moe
      n_deepstack_layers: qwen3tts qwen3vl qwen3vlmoe
      num_loops: nanbeige
      rescale_every_n_layers time_decay_extra_dim time_mix_extra_dim: rwkv6 rwkv6qwen2
      shortconv.l_cache: lfm2 lfm2moe
      ssm.conv_kernel: bailingmoe3 barbet falcon-h1 granitehybrid jamba kimi-k3 kimi-linear mamba mamba2 nemotron_h
        nemotron_h_moe plamo2 qwen35 qwen35moe qwen3next qwen4exp
      ssm.group_count: barbet falcon-h1 granitehybrid mamba2 nemotron_h nemotron_h_moe plamo2 qwen35 qwen35moe qwen3next
        qwen4exp
      ssm.inner_size ssm.state_size ssm.time_step_rank: barbet falcon-h1 granitehybrid jamba mamba mamba2 nemotron_h
        nemotron_h_moe plamo2 qwen35 qwen35moe qwen3next qwen4exp
      target_hidden_size: eagle3
      token_shift_count wkv.head_size: arwkv7 rwkv6 rwkv6qwen2 rwkv7
      vocab_size: deepseek2 llama llama-embed mistral4
    `,
  },
  {
    type: 'f32',
    readers: `
      activation.situ_beta activation.situ_linear_beta: kimi-k3
      adapters.router_gain: graniteswitch
      attention.clamp_kqv: dbrx mpt olmo
      attention.compress_rope_freq_base: deepseek4
      attention.group_norm_epsilon: wavtokenizer-dec
      attention.layer_norm_epsilon: arwkv7 bert bloom codeshell cohere2 cohere2moe command-r dbrx falcon gpt2 gptneox
        jais jais2 jina-bert-v2 jina-bert-v3 modern-bert mpt nemotron nemotron_h nemotron_h_moe nomic-bert
        nomic-bert-moe olmo orion phi2 pockettts rwkv6 rwkv6qwen2 rwkv7 stablelm starcoder starcoder2 wavtokenizer-dec
      attention.layer_norm_rms_epsilon: all but bert bloom codeshell cohere2 command-r dbrx falcon gpt2 gptneox jais
        jais2 jina-bert-v2 jina-bert-v3 modern-bert mpt nemotron nomic-bert nomic-bert-moe olmo orion phi2 pockettts
        qwen2vl stablelm starcoder starcoder2 wavtokenizer-dec
      attention.max_alibi_bias: jais mpt
      attention.output_scale rope.scaling.yarn_attn_factor rope.scaling.yarn_ext_factor router_logit_softcapping: grok
      attention.scale: granite granite_swa granitehybrid granitemoe graniteswitch
      attention.temperature_scale: deepseek2 mistral3 mistral4
      attention.value_scale: mimo2
      attn_logit_softcapping: gemma2 grok
      embedding_scale: granite granite_swa granitehybrid granitemoe graniteswitch grok hrm_text minicpm
      expert_group_scale: grovemoe
      expert_weights_scale: afmoe bailingmoe bailingmoe2 bailingmoe3 cohere2moe deepseek deepseek2 deepseek2-ocr
        deepseek32 deepseek4 dflash dots1 dots3note exaone-moe glm-dsa glm4moe hy_v3 hy_v4 kimi-k3 kimi-linear laguna
        minimax-m3 mistral4 nemotron_h nemotron_h_moe step35
      final_logit_softcapping: dflash gemma2 gemma3 gemma4 grok muse-glimmer
      hyper_connection.epsilon: deepseek4 dflash hy_v4
      hyper_connection.magnitude: hy_v4
      kda.gate_lower_bound: bailingmoe3 kimi-k3
      logit_scale: cohere2 cohere2moe command-r dflash granite granite_swa granitehybrid granitemoe graniteswitch grok
        minicpm muse-glimmer talkie
      residual_scale: granite granite_swa granitehybrid granitemoe graniteswitch minicpm minimax-01
      rope.freq_base_swa: afmoe cohere2 cohere2moe dots3note exaone-moe exaone4 gemma-embedding gemma2 gemma3 gemma3n
        gemma4 gemma4-assistant gpt-oss laguna llama4 maple mellum mimo2 modern-bert muse-glimmer olmo2 plamo3
        smallthinker spark2_5 step35
      rope.scaling.yarn_beta_fast rope.scaling.yarn_beta_slow: grok mistral3
      rope.scaling.yarn_log_multiplier: deepseek2 deepseek32 mistral3 mistral4
    `,
  },
  {
    type: 'u32s',
    length: 'layers',
    readers: `
      attention.compress_ratios: qwen4exp
      attention.recurrent_layers: minimax-01 qwen35 qwen35moe qwen3next qwen4exp
      expert_feed_forward_length: afmoe bailingmoe bailingmoe2 bailingmoe3 cohere2moe deepseek deepseek2 deepseek2-ocr
        deepseek32 deepseek4 dflash dots1 dots3note ernie4_5 ernie4_5-moe exaone-moe gemma4 glm-dsa glm4moe gpt-oss grok
        grovemoe hunyuan-moe hy_v3 hy_v4 kimi-k3 kimi-linear laguna lfm2moe llada-moe llama4 maple mellum mimo2
        minimax-m2 minimax-m3 mistral4 nemotron_h nemotron_h_moe paddleocr qwen2moe qwen35moe qwen3moe qwen3next
        qwen3vlmoe qwen4exp rnd1 smallthinker step35
    `,
  },
  {
    type: 'u32s',
    length: 'main-layers',
    readers: `
      attention.indexer.types: glm-dsa hy_v4
    `,
  },
  {
    type: 'f32s',
    length: 'layers',
    readers: `
      swiglu_clamp_exp: bailingmoe3 deepseek4 dflash hy_v4 maple step35
      swiglu_clamp_shexp: bailingmoe3 deepseek4 dflash step35
    `,
  },
  {
    type: 'i32s-or-one',
    length: 4,
    readers: `
      rope.dimension_sections: deepseek32 dflash ernie4_5 ernie4_5-moe glm-dsa glm4 glm4moe hunyuan-dense hunyuan_vl
        paddleocr qwen2vl qwen35 qwen35moe qwen3tts qwen3vl qwen3vlmoe qwen4exp
    `,
  },
  {
    type: 'pattern',
    length: 'main-layers or more',
    readers: `
      attention.sliding_window_pattern: afmoe cohere2 cohere2moe exaone-moe exaone4 gemma-embedding gemma2 gemma3
        gemma3n gpt-oss laguna llama4 mellum modern-bert muse-glimmer olmo2 plamo3 smallthinker
    `,
  },
  {
    type: 'flags',
    length: 'layers or more',
    readers: `
      attention.compress_ratios: deepseek4
    `,
  },
  {
    type: 'flags',
    length: 'up to 512',
    readers: `
      attention.indexer.types: dots3note
    `,
  },
  {
    type: 'flags',
    length: 'main-layers or more',
    readers: `
      attention.sliding_window_pattern: dflash dots3note gemma4 gemma4-assistant granite_swa maple mimo2 spark2_5 step35
    `,
  },
  {
    type: 'flags-if-array',
    length: 'up to 512',
    readers: `
      attention.compress_ratios: dflash
      attention.rope_pattern: granite_swa
      deepstack_mapping: granite granite_swa
    `,
  },
  {
    type: 'ints',
    length: { key: 'adapters.count' },
    readers: `
      adapters.token_ids_activate adapters.token_ids_substitute: graniteswitch
    `,
  },
  {
    type: 'ints',
    length: 'up to 1',
    readers: `
      ple.layers: qwen4exp
    `,
  },
  {
    type: 'ints',
    readers: `
      target_layers: dflash
    `,
  },
  {
    type: 'ints',
    length: 3,
    readers: `
      target_layers: eagle3
    `,
  },
  {
    type: 'u64s',
    length: { key: 'ple.ngram_size' },
    readers: `
      ple.layer_multipliers: qwen4exp
    `,
  },
  {
    type: 'u64s',
    length: 'up to 64',
    readers: `
      ple.head_offsets ple.head_vocab_sizes: qwen4exp
    `,
  },
];

/** Keys without the prefix of the architecture, and the tokenizers that read them. */
export const PLAIN_KEYS: readonly KeyRows[] = [
  {
    type: 'string',
    readers: `
      general.architecture general.type general.name tokenizer.ggml.model tokenizer.ggml.pre adapter.type: all
    `,
  },
  {
    type: 'bool',
    readers: `
      tokenizer.ggml.add_bos_token tokenizer.ggml.add_eos_token tokenizer.ggml.add_sep_token: all
      tokenizer.ggml.add_space_prefix tokenizer.ggml.remove_extra_whitespaces: all
      tokenizer.ggml.normalizer.lowercase tokenizer.ggml.normalizer.strip_accents: all
    `,
  },
  {
    type: 'u32',
    readers: `
      general.file_type tokenizer.ggml.token_type_count: all
    `,
  },
  {
    type: 'f32',
    readers: `
      adapter.lora.alpha: all
    `,
  },
  {
    type: 'u32-array',
    readers: `
      adapter.alora.invocation_tokens: all
    `,
  },
  {
    type: 'strings',
    readers: `
      tokenizer.ggml.tokens: all
      tokenizer.ggml.merges: gpt2 gemma4 hybriddna whitespace
    `,
  },
  {
    type: 'i32-array',
    readers: `
      tokenizer.ggml.token_type tokenizer.ggml.suppress_tokens: all
    `,
  },
  {
    type: 'scores',
    readers: `
      tokenizer.ggml.scores: all
    `,
  },
  {
    type: 'bytes',
    length: '4 or more',
    readers: `
      tokenizer.ggml.precompiled_charsmap: t5
    `,
  },
];

/** Keys of the activation function of Apertus, which have no prefix. */
export const APERTUS_KEYS: KeyRows = {
  type: 'f32s',
  length: 'main-layers',
  readers: `
    xielu.alpha_n xielu.alpha_p xielu.beta xielu.eps: apertus
  `,
};

/** Keys after `clip.`, and the kinds of projectors that read them. */
export const PROJECTOR_KEYS: readonly KeyRows[] = [
  {
    type: 'string',
    readers: `
      projector_type vision.projector_type audio.projector_type gen.audio.projector_type: all
      vision.mm_patch_merge_type gen.audio.model_variant: all
    `,
  },
  {
    type: 'bool',
    readers: `
      has_vision_encoder has_audio_encoder has_gen_audio_encoder use_gelu use_silu: all
    `,
  },
  {
    type: 'i32',
    readers: `
      minicpmv_version: all
    `,
  },
  {
    type: 'u32',
    readers: `
      vision.embedding_length vision.attention.head_count vision.attention.head_count_kv vision.attention.head_dim: all
      vision.feed_forward_length vision.block_count vision.projection_dim vision.image_size vision.patch_size: all
      audio.embedding_length audio.attention.head_count audio.attention.head_count_kv audio.attention.head_dim: all
      audio.feed_forward_length audio.block_count audio.projection_dim audio.num_mel_bins: all
      gen.audio.embedding_length gen.audio.attention.head_count gen.audio.attention.head_count_kv: all
      gen.audio.attention.head_dim gen.audio.feed_forward_length gen.audio.block_count gen.audio.projection_dim: all
      minicpmv_query_num: all
      vision.image_min_pixels: deepseek4v dots3note_v dots_ocr exaone4_5 hunyuanvl kimik25 mimovl paddleocr phi4
      vision.projector.scale_factor: deepseek4v dots_ocr gemma3 gemma3nv gemma4uv gemma4v idefics3 internvl kimik25
        kimivl lfm2 llama4 minicpmv4_6 nemotron_v2_vl step3vl
      vision.sam.block_count vision.sam.embedding_length vision.sam.head_count: deepseekocr deepseekocr2
      vision.preproc_max_tiles vision.preproc_min_tiles: deepseekocr deepseekocr2 internvl
      vision.window_size: deepseekocr deepseekocr2 mimovl youtuvl
      vision.expert_used_count: dots3note_v
      vision.image_max_pixels: dots3note_v dots_ocr exaone4_5 hunyuanvl kimik25 mimovl paddleocr phi4
      vision.spatial_merge_size: dots3note_v exaone4_5 glm4v hunyuanvl lightonocr mimovl minimax_m3 muse-glimmer pixtral
        qwen2.5vl_merger qwen2vl_merger qwen3vl_merger youtuvl
      vision.n_wa_pattern: exaone4_5 qwen2.5vl_merger qwen2vl_merger qwen3vl_merger
      audio.projector.stack_factor: glma meralion musicflamingo qwen2a qwen3a ultravox voxtral
      vision.projector.query_side vision.projector.window_side: granite4_vision
      audio.chunk_size audio.max_pos_emb audio.projector.downsample_rate audio.projector.head_count
        audio.projector.window_size: granite_speech
      audio.conv_kernel_size: granite_speech parakeet
      vision.preproc_image_size: idefics3 lightonocr step3vl
      audio.local_block_count audio.local_group_size audio.rvq.num_quantizers audio.window_size: mimo_audio
      audio.subsampling_factor: parakeet
    `,
  },
  {
    type: 'f32',
    readers: `
      vision.attention.layer_norm_epsilon audio.attention.layer_norm_epsilon: all
      gen.audio.attention.layer_norm_epsilon: all
    `,
  },
  {
    type: 'f32-array',
    length: '3 or more',
    readers: `
      vision.image_mean vision.image_std: all
    `,
  },
  {
    type: 'i32-array',
    readers: `
      vision.image_grid_pinpoints vision.feature_layer audio.feature_layer gen.audio.feature_layer: all
      vision.projector.spatial_offsets: granite4_vision
      vision.wa_layer_indexes: minicpmv4_6 youtuvl
    `,
  },
  {
    type: 'i32-array',
    length: { key: 'audio.rvq.num_quantizers' },
    readers: `
      audio.rvq.codebook_size: mimo_audio
    `,
  },
  {
    type: 'i32-array',
    length: { key: 'audio.block_count' },
    readers: `
      audio.wa_pattern_mode: mimo_audio
    `,
  },
  {
    type: 'i32-array',
    length: { key: 'vision.block_count' },
    readers: `
      vision.wa_pattern_mode: mimovl
    `,
  },
];
