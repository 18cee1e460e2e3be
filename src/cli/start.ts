/**
 * The first file that Node loads: it runs the pieces of the program from the engine's code cache. Compiling the program takes longer
 * than reading a header. `npm run build` keeps the compiled code beside each piece, for the version of Node that built it; a packed
 * install has none, so there the first run writes it into the user's cache folder (code-cache.ts). Whatever the engine does not
 * take compiles as usual.
 */

import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';
import { takeWords } from './choose-piece.js';
import { cachedCode, keepAtExit, keepNothingYet } from './code-cache.js';

export { builtCachePath } from './code-cache.js';

/** What Node gives to a CommonJS module, which the build makes of this one: making another takes a module of Node's own. */
declare const require: NodeJS.Require;

interface Piece {
  module: { exports: unknown };
  script: Script;
  /** The name that its compiled code is kept under. */
  cacheName: string;
}

/** The pieces that have been loaded, by file name; the build makes their caches. */
export const pieces = new Map<string, Piece>();

const folder = __dirname;
const words = process.argv.slice(2);
let frugal = false;
/** The piece of the command, where the line goes the long way. */
let leading = '';

/**
 * The engine collects garbage as if memory were free: the largest header takes 100 MiB more that way. The page of a header needs little,
 * and setting this up takes longer than walking such a header. The cached code is good for the same settings only, so each piece has
 * one for either.
 */
function beFrugal(): void {
  frugal = true;
  const { setFlagsFromString } = require('node:v8');
  for (const setting of ['--semi-space-growth-factor=1', '--heap-growing-percent=20']) setFlagsFromString(setting);
}

/** What the pieces have in common; the build makes it. */
const COMMON = 'common.cjs';

/** Loads a piece once, as `require` would. */
export function load(name: string): unknown {
  const loaded = pieces.get(name);
  if (loaded) return loaded.module.exports;
  const filename = `${folder}/${name}`;
  // Each piece needs other parts of what they have in common.
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

/** As the body of a function; the large pieces are wrapped by the build, as putting a text together takes the engine a while. */
function wrapped(source: string): string {
  return source.startsWith('(') ? source : `(function (exports, require, module, __filename) {${source}\n})`;
}

/** The way of every line that is not plain. */
function loadInFull(piece: string): void {
  keepNothingYet();
  leading = piece;
  if (words.length !== 1) beFrugal();
  load(`${piece}.cjs`);
}

takeWords(words, (piece) => load(`${piece}.cjs`), loadInFull);
