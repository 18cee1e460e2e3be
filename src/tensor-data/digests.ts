/**
 * The kinds of digest in manifests, one row each, strongest first. Node's crypto module computes those that it knows; xxHash comes from a
 * WebAssembly library, which is loaded only when needed. XXH64 uses seed 0, as in llama-gguf-hash.
 */

import { createHash } from 'node:crypto';

interface AlgorithmRow {
  /** Number of hexadecimal digits. */
  digits: number;
}

export const ALGORITHMS = {
  sha256: { digits: 64 },
  sha1: { digits: 40 },
  xxh64: { digits: 16 },
} as const satisfies Record<string, AlgorithmRow>;

export type Algorithm = keyof typeof ALGORITHMS;

/** Strongest first. */
export const ALGORITHM_NAMES = Object.keys(ALGORITHMS) as Algorithm[];

/** A digest being computed. The bytes may be in shared memory; they are not kept. */
export interface Digest {
  update(bytes: Uint8Array): void;
  /** The digest in lower-case hexadecimal; nothing may be added after it. */
  text(): string;
}

/** Returns a function that starts digests of this kind. */
export async function digestMaker(algorithm: Algorithm): Promise<() => Digest> {
  if (algorithm !== 'xxh64') return () => cryptoDigest(algorithm);
  const { default: loadXxhash } = await import('xxhash-wasm');
  const { create64 } = await loadXxhash();
  return () => {
    const state = create64();
    return {
      update: (bytes) => void state.update(bytes),
      text: () => state.digest().toString(16).padStart(ALGORITHMS.xxh64.digits, '0'),
    };
  };
}

function cryptoDigest(algorithm: 'sha256' | 'sha1'): Digest {
  const state = createHash(algorithm);
  return { update: (bytes) => void state.update(bytes), text: () => state.digest('hex') };
}

/** The namespace of llama.cpp's model ids: the version 5 UUID of the URL `en.wikipedia.org/wiki/Llama.cpp` (RFC 9562). */
const UUID_NAMESPACE = 'ef001206dadc5f6da15f3359e577d4e5';

/** The id that llama-gguf-hash gives a model: the version 5 UUID (RFC 9562, 5.5) whose name is all tensor data. */
export function uuidDigest(): Digest {
  const state = createHash('sha1').update(Buffer.from(UUID_NAMESPACE, 'hex'));
  return {
    update: (bytes) => void state.update(bytes),
    text() {
      const id = state.digest().subarray(0, 16);
      id[6] = ((id[6] as number) & 0x0f) | 0x50;
      id[8] = ((id[8] as number) & 0x3f) | 0x80;
      return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    },
  };
}
