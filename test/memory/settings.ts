/** The settings of the reference (golden/memory.json), as options of this program. */

import type { CacheType, ContextOptions } from '../../src/memory/cells.js';

/** `ctx=4096,k=q8_0,seq=4`, as the reference of v0.5.0 writes them. Settings that do not affect the cache are left out. */
export function settingsOf(words: string): ContextOptions {
  return Object.assign({}, ...words.split(',').map((word) => OPTIONS[word.split('=')[0] as string]?.(word)));
}

const behind = (word: string) => word.slice(word.indexOf('=') + 1);

const OPTIONS: Readonly<Record<string, (word: string) => ContextOptions>> = {
  ctx: (word) => ({ contextLength: Number(behind(word)) }),
  k: (word) => ({ kvTypeK: behind(word) as CacheType }),
  v: (word) => ({ kvTypeV: behind(word) as CacheType }),
  seq: (word) => ({ parallel: Number(behind(word)) }),
  uni: () => ({ unified: true }),
  swa: () => ({ swaFull: true }),
  fa: (word) => ({ flashAttention: behind(word) !== '0' }),
  ub: (word) => ({ ubatch: Number(behind(word)) }),
  rs: (word) => ({ stateSnapshots: Number(behind(word)) }),
};

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
