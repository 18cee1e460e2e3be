/** The arguments that several commands share. */

const SAYS =
  'a .gguf file (any shard of a set), a folder with one in it, an address, hf:owner/repo:Q4_K_M, ollama:name, demo (the included model), or -';

/** The model of a command that reads one. */
export const MODEL = { syntax: '<model>', says: SAYS, model: true } as const;

/** A model with what is loaded beside it. */
export const MODEL_AND_COMPANIONS = { syntax: '<model...>', says: SAYS, model: true } as const;

/** A model that need not be named. */
export const OPTIONAL_MODEL = { syntax: '[model]', says: SAYS, model: true } as const;

/** The first of two models. */
export const BEFORE = { syntax: '<before>', says: SAYS, model: true } as const;
