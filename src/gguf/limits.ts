/**
 * The limits: what the reader refuses or stops keeping, and why. A length is first compared with the bytes that are left; these
 * caps matter where the size of the input is not known, and for inputs that are large enough to make huge claims come true.
 */

/** Longest string and largest array, in bytes and in elements, as in llama.cpp's reader (ggml/src/gguf.cpp, 2026). */
export const MAX_LENGTH = 1024 * 1024 * 1024;

/** Most key-value pairs and most tensors. The largest published models have some thousands; this keeps hostile counts in memory. */
export const MAX_ENTRIES = 16_384;

/** Arrays in arrays: real files have none, the specification allows any depth. */
export const MAX_NESTING = 16;

/** Dimensions of a tensor: ggml has 4 (GGML_MAX_DIMS). Up to this many can be read and reported. */
export const MAX_READABLE_DIMENSIONS = 8;
export const MAX_DIMENSIONS = 4;

/** Longest tensor name that ggml keeps, in bytes without the closing zero (GGML_MAX_NAME is 64). */
export const MAX_TENSOR_NAME_BYTES = 63;

/** Longest key that the specification allows, in bytes. The reference reads longer ones. */
export const MAX_KEY_BYTES = 65_535;

/** Longest key or tensor name that is read. ggml's names have 63 bytes, but its reader would take keys of a gibibyte. */
export const MAX_SHORT_STRING = 128 * 1024;

/** All keys and tensor names together, which are always kept and often printed: 80 bytes for each of as many as can be. */
export const MAX_NAME_BYTES = 2.5 * 1024 * 1024;

/** Findings of one code: of a file that gives more of them the first ones are told, and how many others there are. */
export const MAX_FINDINGS_OF_A_CODE = 1000;

/** Strings up to this size are kept whole (chat templates have some tens of kilobytes); of longer ones the head is kept. */
export const KEPT_STRING_BYTES = 256 * 1024;
export const KEPT_HEAD_BYTES = 1024;

/** Arrays up to this length are kept whole (per-layer values, tags); of longer ones the first few items. */
export const KEPT_ARRAY_ITEMS = 1024;
export const KEPT_HEAD_ITEMS = 8;

/** All kept strings together, and all kept array items together: beyond these only places and lengths are kept. */
export const KEPT_TOTAL_BYTES = 4 * 1024 * 1024;
export const KEPT_TOTAL_ITEMS = 256 * 1024;

/** The same where a caller asks for a value whole: room for the largest vocabularies with their merges, and not for an attack. */
export const MAX_WHOLE_BYTES = 16 * 1024 * 1024;
export const MAX_WHOLE_ITEMS = 1_000_000;

/** `general.alignment` where a file has none, or an unusable one. The largest is the highest power of two that a u32 holds. */
export const DEFAULT_ALIGNMENT = 32;
export const MAX_ALIGNMENT = 2 ** 31;

/**
 * Most elements of all tensors together (17.6 trillion, ten times the largest published model) and furthest data offset (a
 * pebibyte). Below these every sum of bytes is an exact integer in a JavaScript number, whatever the format.
 */
export const MAX_ELEMENTS = 2 ** 44;
export const MAX_DATA_OFFSET = 2 ** 50;

/**
 * Most bytes that a cache, or the buffers for computing, may come to by the numbers of a file (two pebibytes), and most cells of all
 * copies of a cache. Larger claims are a damaged file, of which nothing is said. Below these, the weights, the cache and the buffers of a
 * model add up to an exact integer in a JavaScript number, which is what JSON can hold: no sum of a report has to be checked again.
 */
export const MAX_MEMORY_BYTES = 2 ** 51;
export const MAX_CELLS = 2 ** 44;
