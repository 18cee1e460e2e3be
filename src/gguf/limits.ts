/**
 * Limits: what the reader refuses or does not keep, and why. A length is first compared with the remaining bytes. These caps matter if the
 * input size is unknown, and for inputs large enough to fulfill huge claims.
 */

/** Maximum string length in bytes and array length in elements, as in llama.cpp's reader (ggml/src/gguf.cpp, 2026). */
export const MAX_LENGTH = 1024 * 1024 * 1024;

/**
 * Maximum number of key-value pairs and of tensors. The largest published models have some thousands; this bounds the memory for hostile
 * counts.
 */
export const MAX_ENTRIES = 16_384;

/** Maximum nesting of arrays: real files have no nested arrays, but the specification allows any depth. */
export const MAX_NESTING = 16;

/** Maximum dimensions of a tensor that can be read and reported; below, the number that ggml has (GGML_MAX_DIMS). */
export const MAX_READABLE_DIMENSIONS = 8;
export const MAX_DIMENSIONS = 4;

/** Maximum length of a tensor name in ggml, in bytes without the terminating zero (GGML_MAX_NAME is 64). */
export const MAX_TENSOR_NAME_BYTES = 63;

/** Maximum key length that the specification allows, in bytes. The reference implementation reads longer ones. */
export const MAX_KEY_BYTES = 65_535;

/** Maximum length of a key or tensor name that is read. ggml's names have at most 63 bytes, but its reader accepts keys of a GiB. */
export const MAX_SHORT_STRING = 128 * 1024;

/** Maximum total of all keys and tensor names, which are always kept and often printed: 80 bytes each for the maximum number of entries. */
export const MAX_NAME_BYTES = 2.5 * 1024 * 1024;

/** Maximum number of findings of one code that are reported; the others are only counted. */
export const MAX_FINDINGS_OF_A_CODE = 1000;

/** Strings up to this size are kept entirely (chat templates have some tens of kilobytes); of longer ones only the head. */
export const KEPT_STRING_BYTES = 256 * 1024;
export const KEPT_HEAD_BYTES = 1024;

/** Arrays up to this length are kept entirely (per-layer values, tags); of longer ones only the first few items. */
export const KEPT_ARRAY_ITEMS = 1024;
export const KEPT_HEAD_ITEMS = 8;

/** Maximum total of all kept strings, and of all kept array items: beyond these only positions and lengths are kept. */
export const KEPT_TOTAL_BYTES = 4 * 1024 * 1024;
export const KEPT_TOTAL_ITEMS = 256 * 1024;

/** The same if a caller requests a whole value: enough for the largest vocabularies with their merges, but not for an attack. */
export const MAX_WHOLE_BYTES = 16 * 1024 * 1024;
export const MAX_WHOLE_ITEMS = 1_000_000;

/** The alignment if `general.alignment` is missing or unusable. The maximum is the highest power of two in a u32. */
export const DEFAULT_ALIGNMENT = 32;
export const MAX_ALIGNMENT = 2 ** 31;

/**
 * Maximum number of elements of all tensors (17.6 trillion, ten times the largest published model) and maximum data offset (a PiB). Below
 * these, every sum of bytes is an exact integer in a JavaScript number, whatever the format.
 */
export const MAX_ELEMENTS = 2 ** 44;
export const MAX_DATA_OFFSET = 2 ** 50;

/**
 * Maximum bytes of a cache or of compute buffers according to a file's numbers (two PiB), and maximum cells of all copies of a cache.
 * Larger claims mean a damaged file, for which no figure is reported. Below these, the sum of a model's weights, cache and buffers is an
 * exact integer in a JavaScript number, which JSON can hold, so no sum in a report needs another check.
 */
export const MAX_MEMORY_BYTES = 2 ** 51;
export const MAX_CELLS = 2 ** 44;
