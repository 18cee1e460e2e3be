/**
 * The version of llama.cpp from which the facts were read: the book of architectures, the rules of its memory and of its quantizer, the
 * tables of names and types. Every sentence that mentions the version takes it from here; `npm run upstream` compares the facts with a
 * newer version.
 */
export const LLAMA_CPP_VERSION = 'v0.5.0';

/** Limits of llama.cpp (LLAMA_MAX_LAYERS, LLAMA_MAX_EXPERTS in llama-hparams.h, LLAMA_MAX_SEQ in llama-cparams.h). */
export const MOST_LAYERS = 512;
export const MOST_EXPERTS = 1024;
export const MOST_SEQUENCES = 256;

/** Most cards that llama.cpp supports: its scheduler has room for 16 devices (GGML_SCHED_MAX_BACKENDS), and system RAM is one of them. */
export const MOST_DEVICES = 15;

/** Bytes that llama.cpp's automatic placement leaves free on each card (`fit_params_target` in common.h). */
export const MARGIN_BYTES = 2 ** 30;
