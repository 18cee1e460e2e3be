/** The arguments that several commands share. */

const SAYS =
  'a .gguf file (any shard of a set), a folder with one in it, an address, hf:owner/repo:Q4_K_M, ms:owner/repo:Q4_K_M, ollama:name, demo (the included model), or -';

/** For a command that reads one model. */
export const MODEL = { syntax: '<model>', says: SAYS, model: true } as const;

/** For a model and what is loaded with it. */
export const MODEL_AND_COMPANIONS = { syntax: '<model...>', says: SAYS, model: true } as const;

/** For a command that can do without a model. */
export const OPTIONAL_MODEL = { syntax: '[model]', says: SAYS, model: true } as const;

/** The first of two models. */
export const BEFORE = { syntax: '<before>', says: SAYS, model: true } as const;
