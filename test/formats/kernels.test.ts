/** The compiled WebAssembly of the value scan (src/formats/simd/kernels.wasm) must match the source beside it. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
// @ts-expect-error: a script of the build, without types
import { compileKernels, KERNELS, sourcesDigest } from '../../bin/build-kernels.mjs';
// @ts-expect-error: a script of the build, without types
import { toolFolder } from '../../bin/tools.mjs';

describe('the kernels', () => {
  const kept = readFileSync(KERNELS);

  it('match the source, the options and the compiler: else run npm run kernels', () => {
    expect(kept.subarray(-32).toString('hex')).toBe(sourcesDigest().toString('hex'));
  });

  it.skipIf(toolFolder('kernels') === undefined)(
    'are byte for byte what the compiler makes from the source (needs npm run tools)',
    async () => {
      expect(Buffer.compare(await compileKernels(), kept)).toBe(0);
    },
    120_000,
  );
});
