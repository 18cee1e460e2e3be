/** The WebAssembly of the value scan is kept compiled (src/formats/simd/kernels.wasm): it must be that of the source beside it. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
// @ts-expect-error: a script of the build, without types
import { compileKernels, KERNELS, sourcesDigest } from '../../bin/build-kernels.mjs';
// @ts-expect-error: a script of the build, without types
import { toolFolder } from '../../bin/tools.mjs';

describe('the kernels', () => {
  const kept = readFileSync(KERNELS);

  it('are of the source, the options and the compiler of today: else npm run kernels compiles them', () => {
    expect(kept.subarray(-32).toString('hex')).toBe(sourcesDigest().toString('hex'));
  });

  it.skipIf(toolFolder('kernels') === undefined)(
    'are to the byte what the compiler makes of the source (needs npm run tools)',
    async () => {
      expect(Buffer.compare(await compileKernels(), kept)).toBe(0);
    },
    120_000,
  );
});
