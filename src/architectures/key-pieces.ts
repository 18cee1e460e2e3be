/** Keys that loaders demand of many architectures, without the prefix of the architecture. */

/** What every loader demands. */
export const DEMANDED_OF_ALL: readonly string[] = ['context_length', 'embedding_length', 'block_count'];

/** The small number in the norms: of the root mean square, or of mean and variance. */
export const RMS = 'attention.layer_norm_rms_epsilon';
export const LAYER = 'attention.layer_norm_epsilon';

/** The sizes of a Mamba block. */
export const STATE_SPACE: readonly string[] = [
  'ssm.conv_kernel',
  'ssm.inner_size',
  'ssm.state_size',
  'ssm.time_step_rank',
];

/** The same, and those of its groups. */
export const STATE_SPACE_GROUPED: readonly string[] = [...STATE_SPACE, 'ssm.group_count'];

/** How wide an expert is, and how many work on every token. */
export const EXPERTS_SHARED: readonly string[] = ['expert_feed_forward_length', 'expert_shared_count'];

/** How long a head is where keys and values go through a short vector. */
export const LATENT_LENGTHS: readonly string[] = ['attention.key_length_mla', 'attention.value_length_mla'];

/** What picks the tokens to attend to. */
export const INDEXER_KEYS: readonly string[] = [
  'attention.indexer.head_count',
  'attention.indexer.key_length',
  'attention.indexer.top_k',
];

/** A window, and which layers have it. */
export const WINDOW_LIST: readonly string[] = ['attention.sliding_window', 'attention.sliding_window_pattern'];
