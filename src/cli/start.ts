/**
 * The first file that Node loads: it runs the pieces of the program from the engine's code cache, because compiling the program takes
 * longer than reading a header. `npm run build` keeps the compiled code next to each piece, for the version of Node that built it; a packed
 * install has none, so its first run writes it into the user's cache folder (code-cache.ts). Code that the engine does not accept is
 * compiled as usual.
 */

import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';
import { takeWords } from './choose-piece.js';
import { cachedCode, keepAtExit, keepNothingYet } from './code-cache.js';

export { builtCachePath } from './code-cache.js';

/** The `require` that Node gives to a CommonJS module (the build makes one of this file): creating another would need a module of Node. */
declare const require: NodeJS.Require;

interface Piece {
  module: { exports: unknown };
  script: Script;
  /** The name under which its compiled code is kept. */
  cacheName: string;
}

/** The loaded pieces, by file name; the build makes their caches from this. */
export const pieces = new Map<string, Piece>();

const folder = __dirname;
const words = process.argv.slice(2);
let frugal = false;
/** The piece of the command if the line goes the long way. */
let leading = 'plain';

/**
 * By default the engine lets memory grow before it collects garbage: the largest header then takes 100 MiB more. Short lines skip this,
 * because the page of a header needs little memory, and these settings take longer than walking such a header. Cached code is valid only
 * for the same settings, so each piece has one cache for either.
 */
function beFrugal(): void {
  frugal = true;
  const { setFlagsFromString } = require('node:v8');
  for (const setting of ['--semi-space-growth-factor=1', '--heap-growing-percent=20']) setFlagsFromString(setting);
}

/** The code that the pieces share; the build makes it. */
const COMMON = 'common.cjs';

/** Loads a piece once, as `require` would. */
export function load(name: string): unknown {
  const loaded = pieces.get(name);
  if (loaded) return loaded.module.exports;
  const filename = `${folder}/${name}`;
  // Each piece uses other parts of the shared code, so it has its own cache of it.
  const cacheName = `${name === COMMON ? `${leading}-${name}` : name}.${frugal ? 'frugal' : 'page'}`;
  const cachedData = cachedCode(folder, cacheName);
  const script = new Script(wrapped(readFileSync(filename, 'latin1')), { filename, ...(cachedData && { cachedData }) });
  const module = { exports: {} };
  pieces.set(name, { module, script, cacheName });
  if (cachedData === undefined || script.cachedDataRejected) keepAtExit(cacheName, script);
  const resolve = (id: string) => (id.startsWith('./') ? load(id.slice(2)) : require(id));
  script.runInThisContext()(module.exports, resolve, module, filename);
  return module.exports;
}

/** The source as a function. The build has already wrapped the large pieces, because concatenating long texts takes the engine a while. */
function wrapped(source: string): string {
  return source.startsWith('(') ? source : `(function (exports, require, module, __filename) {${source}\n})`;
}

/** The way for every line that is not plain. */
function loadInFull(piece: string): void {
  keepNothingYet();
  leading = piece;
  if (words.length !== 1) beFrugal();
  load(`${piece}.cjs`);
}

takeWords(words, (piece) => load(`${piece}.cjs`), loadInFull);
