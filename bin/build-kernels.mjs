/**
 * Compiles src/formats/simd/, the WebAssembly of the value scan, which is written in AssemblyScript. The compiled module is kept beside its
 * source, as the compiler takes 100 MB that nothing else needs: `npm run kernels` rewrites the module, and a test compiles it and compares
 * the bytes.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { toolFolder } from './tools.mjs';

const SOURCE = fileURLToPath(new URL('../src/formats/simd/', import.meta.url));

export const KERNELS = join(SOURCE, 'kernels.wasm');

const OPTIONS = [
  ...['--outFile', 'kernels.wasm'],
  ...['--optimizeLevel', '3', '--shrinkLevel', '0', '--converge', '--noAssert'],
  ...['--runtime', 'stub', '--enable', 'simd'],
];

/** Throws the compiler's messages where it fails. */
export async function compileKernels() {
  const folder = toolFolder('kernels');
  if (folder === undefined) throw new Error('the compiler is not installed: npm run tools -- kernels');
  const { default: asc } = await import(pathToFileURL(join(folder, 'node_modules/assemblyscript/dist/asc.js')).href);
  let compiled;
  const { error, stderr } = await asc.main(['kernels.ts', '--baseDir', SOURCE, ...OPTIONS], {
    // Imports end in .js, as everywhere in src/; the compiler appends .ts.
    readFile: (name, folder) => contentOf(join(folder, name.replace(/\.js\.ts$/, '.ts'))),
    writeFile: (_, contents) => {
      compiled = contents;
    },
    listFiles: () => [],
  });
  if (error !== null || compiled === undefined) throw new Error(`the kernels do not compile\n${stderr}`);
  return Buffer.concat([compiled, customSection('sources', sourcesDigest())]);
}

/**
 * A digest of the source, the options and the versions of the compiler. It is in a section at the end of the module, so that even without a
 * compiler one can see whether the source has changed since.
 */
export function sourcesDigest() {
  const digest = createHash('sha256').update(JSON.stringify(OPTIONS));
  digest.update(readFileSync(new URL('../tools/kernels/package-lock.json', import.meta.url)));
  for (const name of readdirSync(SOURCE).sort()) {
    if (name.endsWith('.ts')) digest.update(`${name}\0`).update(readFileSync(join(SOURCE, name)));
  }
  return digest.digest();
}

/** A custom section (WebAssembly specification, 5.5.3) of less than 128 bytes. */
function customSection(name, contents) {
  const named = Buffer.concat([Buffer.from([name.length]), Buffer.from(name), contents]);
  return Buffer.concat([Buffer.from([0, named.length]), named]);
}

function contentOf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(KERNELS, await compileKernels());
