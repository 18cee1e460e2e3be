import { isLaterShard } from '../../model/shard-keys.js';
import type { Check } from '../check.js';
import { isAdapter } from '../subjects.js';

/** The loader takes the meaning of everything else from this key (llama.cpp, llama_model_loader). */
export const noArchitecture: Check = {
  code: 'no-architecture',
  judge(model) {
    // A file of tensors without any metadata is a container, not a model that lost its name; a later shard has only its number.
    if (model.hyperparameters.architecture !== null || model.file.metadata.length === 0) return [];
    if (isLaterShard(model)) return [];
    // An adapter is compared with its base by this key alone.
    const level = isAdapter(model) ? { level: 'error' as const } : {};
    return [{ code: 'no-architecture', ...level, place: { key: 'general.architecture' }, facts: {} }];
  },
};
