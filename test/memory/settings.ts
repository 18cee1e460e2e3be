/** The settings of the reference (golden/memory.json), in our words. */

import type { ContextOptions } from '../../src/memory/cells.js';

export const SETTINGS: Readonly<Record<string, ContextOptions>> = {
  ctx512: { contextLength: 512 },
  ctx4096: { contextLength: 4096 },
  ctx5000: { contextLength: 5000 },
  'ctx4096-q8_0': { contextLength: 4096, kvTypeK: 'q8_0' },
  'ctx4096-seq4': { contextLength: 4096, parallel: 4 },
  'ctx4096-seq4-unified': { contextLength: 4096, parallel: 4, unified: true },
  'ctx4096-swa-full': { contextLength: 4096, swaFull: true },
  'ctx4096-no-fa': { contextLength: 4096, flashAttention: false },
};
