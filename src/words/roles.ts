/**
 * The table of roles: the purpose of each kind of stored tensor, in words, as a formula and as named axes. `model/classify.ts` finds the
 * role of a tensor by its name; everything shown about a role comes from its row here. The rows are in roles/, one file for each family.
 */

import { ATTENTION_ROLES } from './roles/attention.js';
import {
  ADAPTER_ROLES,
  CONDITIONING_ROLES,
  PROJECTOR_ROLES,
  QUANTIZATION_ROLES,
  UNKNOWN_ROLES,
} from './roles/companions.js';
import { CONVOLUTION_ROLES } from './roles/convolution.js';
import { EMBEDDING_ROLES, POSITION_ROLES } from './roles/embedding.js';
import { EXPERT_ROLES, FEED_FORWARD_ROLES } from './roles/feed-forward.js';
import { BIAS_ROLES, NORMALIZATION_ROLES } from './roles/normalization.js';
import { NEXT_TOKEN_ROLES, OUTPUT_ROLES, POOLING_ROLES, RESIDUAL_ROLES } from './roles/output.js';
import { RWKV_ROLES, STATE_SPACE_ROLES } from './roles/recurrent.js';
import { AUDIO_ROLES, VISION_ROLES } from './roles/vision-audio.js';

export {
  AXES,
  type AxisName,
  type Operation,
  ROLE_GROUPS,
  type Role,
  type RoleGroup,
  type TensorKind,
} from './roles/role.js';

/** All rows by id, sorted by group. */
export const ROLES = {
  ...EMBEDDING_ROLES,
  ...POSITION_ROLES,
  ...ATTENTION_ROLES,
  ...FEED_FORWARD_ROLES,
  ...EXPERT_ROLES,
  ...STATE_SPACE_ROLES,
  ...RWKV_ROLES,
  ...CONVOLUTION_ROLES,
  ...NORMALIZATION_ROLES,
  ...BIAS_ROLES,
  ...RESIDUAL_ROLES,
  ...OUTPUT_ROLES,
  ...POOLING_ROLES,
  ...NEXT_TOKEN_ROLES,
  ...VISION_ROLES,
  ...AUDIO_ROLES,
  ...CONDITIONING_ROLES,
  ...PROJECTOR_ROLES,
  ...ADAPTER_ROLES,
  ...QUANTIZATION_ROLES,
  ...UNKNOWN_ROLES,
} as const;

/** The id of a role: `attention-query`. */
export type RoleId = keyof typeof ROLES;
