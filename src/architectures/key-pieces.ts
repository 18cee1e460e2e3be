/** Keys that the loaders of many architectures demand, without the prefix of the architecture. */

/** Keys that every loader demands. */
export const DEMANDED_OF_ALL: readonly string[] = ['context_length', 'embedding_length', 'block_count'];

/** The epsilon of the norms: of RMS norms, or of layer norms. */
export const RMS = 'attention.layer_norm_rms_epsilon';
export const LAYER = 'attention.layer_norm_epsilon';

/** The sizes of a Mamba block. */
export const STATE_SPACE: readonly string[] = [
  'ssm.conv_kernel',
  'ssm.inner_size',
  'ssm.state_size',
  'ssm.time_step_rank',
];

/** The sizes of a Mamba block with groups. */
export const STATE_SPACE_GROUPED: readonly string[] = [...STATE_SPACE, 'ssm.group_count'];

/** The width of an expert, and the number of shared experts. */
export const EXPERTS_SHARED: readonly string[] = ['expert_feed_forward_length', 'expert_shared_count'];

/** The lengths of a head in latent attention. */
export const LATENT_LENGTHS: readonly string[] = ['attention.key_length_mla', 'attention.value_length_mla'];

/** The keys of an indexer, which selects the tokens to attend to. */
export const INDEXER_KEYS: readonly string[] = [
  'attention.indexer.head_count',
  'attention.indexer.key_length',
  'attention.indexer.top_k',
];

/** The size of the window, and the layers that have it. */
export const WINDOW_LIST: readonly string[] = ['attention.sliding_window', 'attention.sliding_window_pattern'];
