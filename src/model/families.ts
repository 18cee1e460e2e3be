/**
 * Models for programs other than llama.cpp: one row for each family of models, with the tensors that identify it, its labels and its
 * programs. The tensors and labels are those by which ComfyUI-GGUF (tools/convert.py, loader.py), the gguf node for ComfyUI (version.json),
 * stable-diffusion.cpp (model_loader.cpp) and TTS.cpp (loaders.cpp) recognize a model.
 */

import type { Component } from './component.js';

/** What a family generates, or its purpose. */
export const MAKES = {
  images: { kind: 'image-model', noun: 'an image model', component: 'diffusion' },
  video: { kind: 'video-model', noun: 'a video model', component: 'diffusion' },
  prompts: { kind: 'text-encoder', noun: 'a text encoder of image and video models', component: 'encoder' },
  latents: { kind: 'vae', noun: 'the autoencoder (VAE) of an image or video model', component: 'autoencoder' },
  pixels: { kind: 'upscaler', noun: 'an image upscaler', component: 'autoencoder' },
  steering: { kind: 'image-adapter', noun: 'a LoRA adapter of an image or video model', component: 'diffusion' },
  speech: { kind: 'speech-model', noun: 'a text-to-speech model', component: 'audio-generator' },
  transcripts: { kind: 'speech-recognizer', noun: 'a speech recognition model', component: 'audio' },
} as const satisfies Record<string, { kind: string; noun: string; component: Component }>;

export type Makes = keyof typeof MAKES;

/** Programs, by their common names. */
export const PROGRAMS = {
  comfy: 'ComfyUI (with ComfyUI-GGUF)',
  node: 'ComfyUI (with the gguf node)',
  sd: 'stable-diffusion.cpp',
  tts: 'TTS.cpp',
  candle: 'candle (whisper.cpp takes only its own .bin files)',
} as const;

export type Program = keyof typeof PROGRAMS;

export interface Family {
  id: string;
  /** The common name; empty if only its purpose is known. */
  name: string;
  makes: Makes;
  /** Values of `general.architecture` in such files. */
  labels: readonly string[];
  /**
   * Names of tensors that identify it: all of one list must be present, each as the beginning of a name. `#` stands for a number between
   * dots, and the wrappers of whole checkpoints (`model.diffusion_model.`) are left out.
   */
  tells: readonly (readonly string[])[];
  /** Programs that run it. They may also require a certain label (family.ts). */
  programs: readonly Program[];
  /** If names are not enough to identify it: the length of the text vectors that cross-attention reads. */
  reads?: number;
}

const everywhere: readonly Program[] = ['comfy', 'node', 'sd'];
const node: readonly Program[] = ['node', 'sd'];

const family = (
  id: string,
  name: string,
  makes: Makes,
  programs: readonly Program[],
  labels: string,
  ...tells: string[]
): Family => ({ id, name, makes, programs, labels: words(labels), tells: tells.map(words) });

const words = (list: string): string[] => list.split(' ').filter((word) => word !== '');

const UNET = 'input_blocks.#. output_blocks.#.';
const UNET_OF_DIFFUSERS = 'down_blocks.#. up_blocks.#.';

/** The first matching row is used, so a family with more identifying tensors comes before families that share some of them. */
export const FAMILIES: readonly Family[] = [
  // Transformers that turn noise into images.
  family('krea2', 'Krea 2', 'images', node, 'krea krea2', 'txtfusion.', 'text_fusion.', 'tproj. blocks.#.attn.wq'),
  family('ideogram4', 'Ideogram 4', 'images', node, 'ideogram ideogram4', 'embed_image_indicator', 'llm_cond_proj'),
  family('minimax-h3', 'MiniMax H3', 'video', node, 'minimax_h3', 'video_patch_proj', 'audio_patch_proj'),
  family('anima', 'Anima', 'images', node, 'anima', 'llm_adapter.blocks.#.'),
  family('pid', 'PiD', 'images', ['sd'], 'pid', 'lq_proj.latent_proj.', 'patch_blocks.#. pixel_blocks.#.'),
  family('chroma-radiance', 'Chroma Radiance', 'images', everywhere, 'chroma_radiance', 'nerf_'),
  family('chroma', 'Chroma', 'images', everywhere, 'chroma', 'distilled_guidance_layer.'),
  family('hidream-o1', 'HiDream O1', 'images', ['sd'], 'hidream_o1', 'x_embedder.proj1 layers.#.self_attn.'),
  family(
    'hidream',
    'HiDream',
    'images',
    ['comfy', 'node'],
    'hidream',
    'double_stream_blocks.#.block.',
    'single_stream_blocks.#.block.',
  ),
  family('lens', 'Lens', 'images', node, 'lens', 'transformer_blocks.#.img_mlp.w1'),
  family('minit2i', 'MiniT2I', 'images', ['sd'], 'minit2i', 'img_embedder.proj1', 'txt_preamble_blocks.#.'),
  family(
    'qwen-image',
    'Qwen-Image',
    'images',
    everywhere,
    'qwen_image qwen',
    'transformer_blocks.#.img_mod.',
    'transformer_blocks.#.txt_mod.',
    'transformer_blocks.#.img_mlp. transformer_blocks.#.txt_mlp.',
  ),
  family(
    'hunyuan-video',
    'HunyuanVideo',
    'video',
    everywhere,
    'hyvid hunyuan_video',
    'txt_in.individual_token_refiner.',
    'double_blocks.#.img_attn_qkv',
    'double_blocks.#.img_attn_proj',
  ),
  family('hunyuan-image', 'HunyuanImage', 'images', ['node'], 'hyimg hunyuan_image', 'byt5_in. double_blocks.#.'),
  family('sefi-image', 'SeFi-Image', 'images', ['sd'], 'sefi_image', 'dual_time_embed.'),
  family(
    'flux2',
    'Flux 2',
    'images',
    everywhere,
    'flux2',
    'double_stream_modulation_img.',
    'double_stream_modulation_txt.',
    'single_stream_modulation.',
  ),
  family('ovis-image', 'Ovis-Image', 'images', ['sd'], 'ovis_image', 'double_blocks.#.img_mlp.gate_proj'),
  family('boogu-image', 'Boogu-Image', 'images', ['sd'], 'boogu_image', 'double_stream_layers.#.'),
  family('omnigen2', 'OmniGen 2', 'images', ['node'], 'omnigen2', 'ref_image_patch_embedder', 'ref_image_refiner.#.'),
  family('z-image', 'Z-Image', 'images', everywhere, 'z_image zimage', 'cap_pad_token', 'x_pad_token'),
  family(
    'lumina2',
    'Lumina 2',
    'images',
    everywhere,
    'lumina2 lumina',
    'cap_embedder.',
    'context_refiner.#.',
    'noise_refiner.#.',
  ),
  family(
    'ernie-image',
    'ERNIE-Image',
    'images',
    ['sd'],
    'ernie_image',
    'layers.#.adaLN_sa_ln',
    'layers.#.adaLN_mlp_ln',
  ),
  family(
    'pixart',
    'PixArt',
    'images',
    ['node'],
    'pixart',
    't_block.#',
    'blocks.#.scale_shift_table',
    'pos_embed.proj adaln_single.',
  ),
  family(
    'sana',
    'Sana',
    'images',
    ['node'],
    'sana',
    'blocks.#.mlp.inverted_conv',
    'transformer_blocks.#.ff.conv_inverted',
  ),
  family(
    'ltx-video',
    'LTX-Video',
    'video',
    everywhere,
    'ltxv ltxav ltx ltx2',
    'patchify_proj',
    'audio_patchify_proj',
    'transformer_blocks.#.scale_shift_table',
    'adaln_single.',
  ),
  family(
    'lingbot-video',
    'LingBot-Video',
    'video',
    ['sd'],
    'lingbot_video',
    'norm_out_modulation.',
    'blocks.#.norm_post_attn',
  ),
  family('cosmos', 'Cosmos', 'video', ['comfy', 'node'], 'cosmos', 'blocks.#.adaln_modulation_', 'blocks.block'),
  family('mochi', 'Mochi', 'video', ['node'], 'mochi', 'blocks.#.attn.qkv_x', 'blocks.#.attn.qkv_y', 't5_yproj'),
  family('kandinsky5', 'Kandinsky 5', 'video', ['node'], 'kandinsky5', 'visual_transformer_blocks.#.'),
  family('cogvideox', 'CogVideoX', 'video', ['node'], 'cogvideox', 'patch_embed.text_proj'),
  family('hunyuan-dit', 'Hunyuan-DiT', 'images', ['node'], 'hydit hunyuan_dit', 'text_embedding_padding'),
  family(
    'wan',
    'Wan',
    'video',
    everywhere,
    'wan humo',
    'blocks.#.self_attn. blocks.#.cross_attn.',
    'blocks.#.self_attn. blocks.#.ffn.',
    'head.modulation',
    'vace_blocks.#.',
    'text_embedding.# time_projection.#',
    'patch_embedding text_embedding.#',
    'condition_embedder. blocks.#.attn2.',
  ),
  family(
    'auraflow',
    'AuraFlow',
    'images',
    ['comfy', 'node'],
    'aura auraflow',
    'double_layers.#.',
    'joint_transformer_blocks.#.',
    'single_layers.#.',
    'cond_seq_linear',
  ),
  family(
    'sd3',
    'Stable Diffusion 3',
    'images',
    everywhere,
    'sd3',
    'joint_blocks.#.',
    'transformer_blocks.#.norm1_context pos_embed.proj',
    'transformer_blocks.#.attn.add_q_proj pos_embed.proj',
  ),
  family(
    'flux',
    'Flux',
    'images',
    everywhere,
    'flux',
    'double_blocks.#.',
    'single_blocks.#.linear1',
    'single_blocks.#.linear2',
    'single_transformer_blocks.#.',
  ),

  family('longcat-image', 'LongCat-Image', 'images', ['sd'], 'longcat longcat_image'),

  // U-Nets.
  family('controlnet', 'ControlNet', 'images', ['sd'], 'controlnet', 'input_hint_block.#', 'zero_convs.#'),
  family('animatediff', 'AnimateDiff motion module', 'video', ['sd'], 'animatediff', 'down_blocks.#.motion_modules.'),
  family(
    'svd',
    'Stable Video Diffusion',
    'video',
    ['sd'],
    'svd',
    'input_blocks.#.#.time_mixer',
    'input_blocks.#.#.time_stack',
  ),
  family('sdxl', 'Stable Diffusion XL', 'images', everywhere, 'sdxl', 'label_emb.#.#', 'add_embedding.'),
  { ...family('sdxl', 'Stable Diffusion XL', 'images', everywhere, '', UNET, UNET_OF_DIFFUSERS), reads: 2048 },
  { ...family('sd2', 'Stable Diffusion 2', 'images', everywhere, 'sd2', UNET, UNET_OF_DIFFUSERS), reads: 1024 },
  { ...family('sd1', 'Stable Diffusion 1', 'images', everywhere, 'sd1', UNET, UNET_OF_DIFFUSERS), reads: 768 },
  family(
    'unet',
    'Stable Diffusion (U-Net)',
    'images',
    everywhere,
    '',
    UNET,
    'input_blocks.#.#.',
    'output_blocks.#.#.',
    UNET_OF_DIFFUSERS,
    'down_blocks.#.resnets.',
    'down_blocks.#.attentions.',
  ),

  // Companions of image and video models.
  family(
    'vae',
    '',
    'latents',
    node,
    'vae',
    'decoder.conv_in',
    'decoder.conv_out',
    'decoder.mid.',
    'encoder.mid.',
    'decoder.up.#.',
    'encoder.down.#.',
    'decoder.up_blocks.#.',
    'encoder.down_blocks.#.',
    'decoder.mid_block.',
    'decoder.middle.#.',
    'encoder.downsamples.#.',
    'decoder.upsamples.#.',
    'quant_conv',
    'post_quant_conv',
    'per_channel_statistics.',
  ),
  family(
    'tae',
    'tiny',
    'latents',
    node,
    'taesd',
    'decoder.layers.#.conv.',
    'encoder.layers.#.conv.',
    'decoder.#.conv.#',
    'encoder.#.conv.#',
    'taesd_decoder.',
    'taesd_encoder.',
  ),
  family(
    'esrgan',
    'ESRGAN',
    'pixels',
    ['sd'],
    'esrgan',
    'body.#.rdb1.',
    'sub.#.RDB1.',
    '#.sub.#.',
    'conv_first conv_body',
  ),
  family('latent-upscaler', 'LTX latent upscaler', 'pixels', ['sd'], 'ltx_upscaler', 'post_upsample_res_blocks.#.'),
  family(
    'clip',
    'CLIP',
    'prompts',
    node,
    '',
    'text_model.encoder.layers.#.',
    'text_model.embeddings.',
    'resblocks.#.attn.',
    'text_projection',
  ),
  family(
    'clip-vision',
    'CLIP vision',
    'prompts',
    node,
    'clip-vision',
    'vision_model.encoder.layers.#.',
    'vision_model.embeddings.',
  ),
  family('t5', 'T5', 'prompts', node, '', 'encoder.block.#.layer.#.', 'block.#.layer.#.SelfAttention.'),
  family('byt5', 'ByT5', 'prompts', node, 'byt5'),

  // Sound.
  family(
    'whisper',
    'Whisper',
    'transcripts',
    ['candle'],
    'whisper',
    'encoder.blocks.#.attn.',
    'decoder.blocks.#.cross_attn.',
    'encoder.conv1 encoder.layers.#.',
    'encoder.conv1 decoder.layers.#.',
    'encoder.conv1 encoder.conv2',
  ),
  family('kokoro', 'Kokoro', 'speech', ['tts'], 'kokoro', 'kokoro.'),
  family('parler-tts', 'Parler-TTS', 'speech', ['tts'], 'parler-tts', 'decoder.lm_heads.#', 'decoder.embed_prompts'),
  family('dia', 'Dia', 'speech', ['tts', 'node'], 'dia', 'dia.'),
  family('orpheus', 'Orpheus', 'speech', ['tts'], 'orpheus', 'orpheus.', 'snac.'),
  family('chatterbox', 'Chatterbox', 'speech', [], 'chatterbox t3 s3gen', 't3.', 's3gen.', 'speech_emb speech_head'),
  family(
    'vibevoice',
    'VibeVoice',
    'speech',
    [],
    'vibevoice',
    'acoustic_tokenizer.',
    'prediction_head. acoustic_connector.',
    'acoustic_connector.',
  ),
  family('cosyvoice', 'CosyVoice', 'speech', [], 'cosyvoice cosyvoice2 cosyvoice3', 'flow.encoder. hift.'),
  family(
    'f5-tts',
    'F5-TTS',
    'speech',
    [],
    'f5-tts f5tts',
    'transformer_blocks.#. text_embed.text_embed',
    'input_embed.conv_pos_embed.',
    'mel_spec.',
  ),
  family(
    'qwen3-tts',
    'Qwen3-TTS',
    'speech',
    [],
    'qwen3-tts qwen3-tts-tokenizer',
    'talker.codec_embd',
    'talker.codec_head',
    'code_pred.',
    'talker.code_predictor.',
  ),
  family(
    'other-speech',
    '',
    'speech',
    [],
    'tts bark csm zonos piper vits xtts styletts2 melotts indextts fishspeech fish-speech sesame higgs outetts neutts spark-tts',
  ),

  // Language models with PyTorch's names, as prompt encoders. Last, because families above also have such layers.
  family(
    'vl-encoder',
    'a language model that sees',
    'prompts',
    node,
    '',
    'layers.#.self_attn. visual.',
    'layers.#.self_attn. vision_tower.',
  ),
  family(
    'lm-encoder',
    'a language model',
    'prompts',
    node,
    '',
    'layers.#.self_attn.q_proj',
    'layers.#.self_attn.qkv_proj',
    'layers.#.input_layernorm layers.#.mlp.',
    'embed_tokens layers.#.',
  ),
  family('t5-table', 'T5', 'prompts', node, '', 'encoder.final_layer_norm shared'),

  // Labels of the gguf node that do not describe the model.
  family('of-node-encoder', '', 'prompts', ['node'], 'dog cat cow fox bat hog'),
  family('of-node', '', 'images', ['node'], 'pig fatfat piggy piglet gguf frame lance'),
];

/** A LoRA for one of the families; its tensors have the names of the family. */
export const LORA = family('lora', '', 'steering', node, '');

/** An image model that is identified only by the keys of ComfyUI-GGUF. */
export const BY_COMFY_KEYS = family('comfy', '', 'images', ['comfy', 'node'], '');

/** Labels that ComfyUI-GGUF loads as image and video models. */
export const COMFY_LABELS: ReadonlySet<string> = new Set(
  words('flux sd1 sdxl sd3 aura hidream cosmos ltxv hyvid wan lumina2 qwen_image'),
);

/** Families that ComfyUI-GGUF recognizes by their tensors, with these labels or none. */
export const COMFY_TELLS: ReadonlySet<string> = new Set(
  words('flux chroma flux2 sd3 auraflow hidream cosmos hunyuan-video wan ltx-video sdxl sd1 sd2 unet lumina2 z-image'),
);
export const COMFY_WILD_LABELS: ReadonlySet<string> = new Set(['pig', 'cow']);

/** Labels that the gguf node loads; it also loads files without a label. */
export const NODE_LABELS: ReadonlySet<string> = new Set(
  words(
    'pig fatfat piggy piglet gguf frame sd1 sdxl sd3 flux aura mochi ltxv hyvid hyimg cosmos pixart lumina lumina2 wan hidream ' +
      'qwen_image qwen humo lance anima ideogram ideogram4 krea krea2 minimax_h3 lens ' +
      't5 t5encoder llama gemma2 gemma3 gemma4 qwen2vl qwen3vl qwen2 qwen3 qwen35 qwen35moe mistral3 gpt-oss clip dog cat cow fox bat ' +
      'hog mmproj',
  ),
);
