/** The Gemma family: norms before and behind each part, and in the newer ones embeddings for each layer. */

import { given, hasFullAttention, hasOwnKeys } from './conditions.js';
import { ATTENTION, GATED, QK_NORMS, TIED } from './inventory-pieces.js';
import { type Inventories, layers, when } from './notation.js';

const NORMED = `${ATTENTION} ${QK_NORMS} post_attention_norm ffn_norm ${GATED} post_ffw_norm`;

const hasLayerEmbeddings = given('embedding_length_per_layer_input');
const LAYER_EMBEDDINGS = 'per_layer_token_embd per_layer_model_proj per_layer_proj_norm';
const LAYER_EMBEDDING = 'inp_gate proj post_norm';

export const GEMMA: Inventories = {
  gemma: layers('token_embd output_norm', `${ATTENTION} ffn_norm ${GATED}`),
  'gemma-embedding': layers(`${TIED} dense_2? dense_3?`, NORMED),
  gemma2: layers('token_embd output_norm', `${ATTENTION} post_attention_norm ffn_norm ${GATED} post_ffw_norm`),
  gemma3: layers(`${TIED} dense_2? dense_3?`, NORMED),
  gemma3n: layers(
    `${TIED} altup_proj altup_unembd_proj ${LAYER_EMBEDDINGS}`,
    `${NORMED} ${LAYER_EMBEDDING}`,
    'altup_correct_coef altup_correct_scale altup_predict_coef altup_router altup_router_norm',
    'laurel_l laurel_r laurel_post_norm',
  ),
  gemma4: layers(
    [TIED, when(hasLayerEmbeddings, LAYER_EMBEDDINGS), when(hasFullAttention, 'rope_freqs')],
    'attn_norm attn_q attn_q_norm attn_v? attn_output post_attention_norm',
    when(hasOwnKeys, 'attn_k attn_k_norm', 'attn_k? attn_k_norm?'),
    `ffn_norm ${GATED} post_ffw_norm layer_output_scale?`,
    // The experts stand beside the network that all tokens pass; whether a model has them, the router tells.
    'ffn_gate_inp+ffn_gate_inp:scale+pre_ffw_norm_2+post_ffw_norm_1+post_ffw_norm_2+ffn_down_exps?',
    'ffn_gate_up_exps? ffn_gate_exps? ffn_up_exps?',
    when(hasLayerEmbeddings, LAYER_EMBEDDING),
  ),
  'gemma4-assistant': layers(
    [
      'token_embd output_norm nextn.pre_projection nextn.post_projection',
      'masked_embd_centroids? masked_embd_ordering:-?',
      when(hasFullAttention, 'rope_freqs'),
    ],
    `attn_norm attn_q attn_q_norm attn_output post_attention_norm layer_output_scale ffn_norm ${GATED} post_ffw_norm`,
  ),
};
