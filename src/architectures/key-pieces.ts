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
