/**
 * The entry point of the executable with Bun's runtime. The pieces are compiled and included, and only those that a line needs are loaded:
 * loading all of them would take as long as Node takes to start.
 */

import { takeWords } from './choose-piece.js';

/** The `require` of the runtime, which finds modules inside the executable. */
declare const require: NodeJS.Require;

declare const Bun: { unsafe: { setJITPolicy(scale: number): void } };

function load(piece: string): unknown {
  const path = `./${piece}.cjs`;
  return require(path);
}

/**
 * The build makes the engine compile late (bin/build-executables.mjs), which suits pages. For long work this sets compiling back to its
 * usual time.
 */
function loadInFull(piece: string): void {
  Bun.unsafe.setJITPolicy(1);
  load(piece);
}

takeWords(process.argv.slice(2), load, loadInFull);
