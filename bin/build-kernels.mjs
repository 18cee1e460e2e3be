/**
 * Compiles src/formats/simd/, the WebAssembly of the value scan, which is written in AssemblyScript. Part of the build; gives the bytes
 * of the module.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const SOURCE = fileURLToPath(new URL('../src/formats/simd/', import.meta.url));

const OPTIONS = [
  ...['--outFile', 'kernels.wasm'],
  ...['--optimizeLevel', '3', '--shrinkLevel', '0', '--converge', '--noAssert'],
  ...['--runtime', 'stub', '--enable', 'simd'],
];

/** Throws what the compiler says where it fails. */
export async function compileKernels() {
  let compiled;
  const { error, stderr } = await asc.main(['kernels.ts', '--baseDir', SOURCE, ...OPTIONS], {
    // Imports end in .js, as everywhere in src/; the compiler puts .ts behind that.
    readFile: (name, folder) => contentOf(join(folder, name.replace(/\.js\.ts$/, '.ts'))),
    writeFile: (_, contents) => {
      compiled = contents;
    },
    listFiles: () => [],
  });
  if (error !== null || compiled === undefined) throw new Error(`the kernels do not compile\n${stderr}`);
  return compiled;
}

function contentOf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
