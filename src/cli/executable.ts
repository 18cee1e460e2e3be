/**
 * The start of the executable that has Bun's runtime in it. The pieces are in it too, compiled, and only those that a line needs are
 * loaded: all of them together would take as long to load as Node takes to start.
 */

import { takeWords } from './choose-piece.js';

/** That of the runtime, which finds what is in the executable. */
declare const require: NodeJS.Require;

declare const Bun: { unsafe: { setJITPolicy(scale: number): void } };

function load(piece: string): unknown {
  const path = `./${piece}.cjs`;
  return require(path);
}

/** The build has it compile late (bin/build-executables.mjs), which is for pages: what takes long is compiled as soon as usual. */
function loadInFull(piece: string): void {
  Bun.unsafe.setJITPolicy(1);
  load(piece);
}

takeWords(process.argv.slice(2), load, loadInFull);
