/**
 * The WebAssembly module of the value scan, in AssemblyScript: kernels for the formats that most large files use, and the statistics of
 * their numbers. A type has a kernel here if its row says `kernel: 'webassembly'`. The file of its format, one folder up, describes what the
 * kernel computes and is the reference: the tests compare both bit for bit. Little-endian files only. bin/build-kernels.mjs compiles this
 * folder.
 *
 * All pointers are into the module's memory. Its first bytes hold the results that the program reads (statistics.ts); the program decides
 * what to put after `memoryBase`.
 */

export { q2_k, q3_k } from './few-bits.js';
export { bf16, f16, f32 } from './floats.js';
export { histogram } from './histogram.js';
export { q4_k, q5_k, q6_k } from './k-quants.js';
export { q4_0, q4_1, q5_0, q5_1, q8_0 } from './legacy.js';
export { iq4_nl, iq4_xs, mxfp4 } from './levels.js';
export { multiply } from './matmul.js';
export { BINS, collect, MEMORY_BASE, STATE } from './statistics.js';
