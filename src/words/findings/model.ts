/** Findings about the model: what llama.cpp's loader would refuse, or what whoever runs the model would regret. */

import type { FindingWords } from './finding-words.js';

export const MODEL_FINDINGS = {
  'no-architecture': {
    level: 'warning',
    says: 'no general.architecture: which kind of model this is, is not said',
    hint: 'llama.cpp refuses such a model; image models and parts of models often have none',
  },
  'unknown-architecture': {
    level: 'warning',
    says: 'llama.cpp does not know the architecture {architecture} and refuses the model',
    hint: 'models of images and sound have programs of their own; a newer llama.cpp may know it',
  },
  'missing-tensors': {
    level: 'error',
    says: 'a model of the architecture {architecture} needs {count, tensor} more: {examples}',
    hint: 'llama.cpp says "missing tensor" and refuses the model; convert it again, or fetch the whole of it',
  },
  'surplus-tensors': {
    level: 'error',
    says: 'a model of the architecture {architecture} with {layers, layer} has no use for {count, tensor}: {examples}',
    hint: 'llama.cpp says "wrong number of tensors" and refuses the model',
  },
  'uneven-layers': {
    level: 'warning',
    says: '{count, tensor} missing in one layer alone: {examples}',
    hint: 'llama.cpp may load the model without, and compute with it wrongly; compare it with the original',
  },

  // The numbers of the model.
  'key-missing': {
    level: 'error',
    says: 'no {key}, which the loader of llama.cpp demands',
    hint: 'convert the model again with a converter that knows its architecture',
  },
  'key-wrong-type': {
    level: 'error',
    says: '{key} is of type {found}; the loader of llama.cpp takes {expected}',
  },
  'value-out-of-range': { level: 'error', says: '{key} is {found}; llama.cpp takes {expected}' },
  'per-layer-length': { level: 'error', says: '{key} has {found, value} for {expected, layer}' },
  'heads-uneven': {
    level: 'error',
    says: '{heads, head} cannot share {kv} key/value heads evenly (layer {layer})',
  },
  'head-length-uneven': {
    level: 'warning',
    says: 'an embedding of {embedding} is no multiple of {heads, head}, and no key says how long a head is',
    hint: 'llama.cpp rounds down to {length}; attention.key_length would say what is meant',
  },
  'rope-dimensions-wrong': {
    level: 'error',
    says: 'rope.dimension_count is {found}; with heads of this length it can be {expected}',
  },
  'experts-used-wrong': {
    level: 'error',
    says: '{key} is {used} where there are {count, expert}',
    hint: 'each token goes through at least one expert and at most all of them',
  },

  // The tensors against these numbers.
  'vocabulary-disagrees': {
    level: 'error',
    says: '{tensor} has {rows, row} for {tokens, token} ({key})',
    hint: 'llama.cpp demands one row for each token; convert the model again with the tokenizer that belongs to it',
  },
  'shape-disagrees': {
    level: 'error',
    says: '{tensor}: {axis} {found}, where {key} makes it {expected} ({count, tensor})',
    hint: 'the loader of llama.cpp checks every shape; metadata and tensors are not of the same model',
  },
  'expert-count-disagrees': {
    level: 'error',
    says: '{tensor} is made for {found, expert}, but {key} is {expected} ({count, tensor})',
  },

  // The tokenizer.
  'tokenizer-missing': {
    level: 'warning',
    says: 'no tokenizer: tokenizer.ggml.model is missing',
    hint: 'llama.cpp refuses such a model; one that needs no tokenizer says "no_vocab"',
  },
  'unknown-tokenizer': { level: 'error', says: 'the tokenizer {tokenizer} is none that llama.cpp knows' },
  'unknown-pre-tokenizer': {
    level: 'warning',
    says: 'the pre-tokenizer {name} is none that is known here',
    hint: 'a llama.cpp that does not know it either refuses the model; update it, or convert the model again',
  },
  'pre-tokenizer-missing': {
    level: 'warning',
    says: 'no tokenizer.ggml.pre: how texts are cut before byte pairs are merged is not said',
    hint: 'answers get worse with the default; convert the model again with a converter of 2024 or later',
  },
  'token-list-missing': {
    level: 'error',
    says: 'a tokenizer ({tokenizer}) without tokens: tokenizer.ggml.tokens is missing',
  },
  'merges-missing': {
    level: 'error',
    says: 'a tokenizer ({tokenizer}) that merges byte pairs, without tokenizer.ggml.merges',
  },
  'token-data-short': { level: 'error', says: '{key} has {found, item} for {tokens, token}' },
  'token-data-long': {
    level: 'warning',
    says: '{key} has {found, item} for {tokens, token}; the surplus is not used',
  },
  'token-type-unknown': {
    level: 'warning',
    says: '{count, token} of a kind that is not known ({example}; kinds are 0 to {last})',
  },
  'special-token-out-of-range': {
    level: 'warning',
    says: '{key} is {id}, but there are {tokens, token}',
    hint: 'llama.cpp ignores it and takes a default, so that texts may begin or end wrongly',
  },

  // What the file says of its format.
  'file-type-unknown': { level: 'warning', says: 'general.file_type {id} stands for no mix of types that is known' },
  'quantization-version-missing': {
    level: 'advice',
    says: 'quantized, but general.quantization_version is missing',
    hint: 'the specification demands it; llama.cpp loads the file all the same',
  },
  'quantization-version-unknown': {
    level: 'warning',
    says: 'general.quantization_version is {found}; formats as they are today have {known}',
  },

  // Sets of shards.
  'shard-alone': {
    level: 'warning',
    says: '{shard} of {count}: the others were not looked at, so only a part of the model was judged',
    hint: 'check it as a file, beside the other shards',
  },
  'shard-missing': {
    level: 'error',
    says: '{count, shard} of {of} missing or unreadable, such as {example}',
    hint: 'fetch all shards into one folder',
  },
  'shard-surplus': {
    level: 'warning',
    says: '{count, file} named as shards beyond the last one, such as {otherFile}',
    hint: 'llama.cpp never opens them; they may be left over from another split',
  },
  'shard-keys-wrong': { level: 'error', says: '{key} {what}' },
  'shard-name-disagrees': {
    level: 'error',
    says: 'the file is named {found}; by its keys it would be {expected}',
    hint: 'llama.cpp finds shards by their names; rename it back',
  },
  'shards-mixed': {
    level: 'error',
    says: '{otherFile} is no shard of the same set: {key} is {found} here and {other} there',
  },
  'shard-tensor-total': {
    level: 'error',
    says: '{found, tensor} in all shards together; split.tensors.count is {expected}',
  },
  'shard-tensor-repeated': { level: 'error', says: '{tensor} stands in {otherFile} too ({count, tensor} twice)' },

  // Projectors and adapters.
  'projector-type-missing': { level: 'error', says: 'a projector that does not say its kind (clip.projector_type)' },
  'projector-type-unknown': {
    level: 'warning',
    says: 'the kind of projector {type} is none that is known here',
    hint: 'a llama.cpp that does not know it either refuses the file',
  },
  'projection-disagrees': {
    level: 'warning',
    says: '{key} is {said}, but {tensor} makes vectors of {made}',
  },
  'projector-misfit': {
    level: 'error',
    says: 'makes vectors of {made} where {model} takes {wanted}',
    hint: 'take the projector that was published with this model',
  },
  'adapter-type-wrong': { level: 'error', says: '{key} is {found}; llama.cpp takes {expected} alone' },
  'adapter-alpha-missing': {
    level: 'warning',
    says: 'no adapter.lora.alpha: how strongly the adapter works is not said',
    hint: 'llama.cpp then adds it unscaled',
  },
  'adapter-pair-incomplete': { level: 'error', says: '{tensor} without {missing} ({count, pair} incomplete)' },
  'adapter-ranks-disagree': {
    level: 'error',
    says: 'the pair of {base} has rank {a} on one side and {b} on the other',
  },
  'adapter-tensor-unexpected': {
    level: 'error',
    says: '{tensor} is neither lora_a nor lora_b ({count, tensor} of that sort)',
  },
  'adapter-base-unnamed': {
    level: 'warning',
    says: 'the model that the adapter is for is not named (general.base_model.*)',
  },
  'adapter-misfit': { level: 'error', says: 'does not fit {model}: {why}' },
} as const satisfies Record<string, FindingWords>;
