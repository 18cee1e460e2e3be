/**
 * The first file that Node loads: it runs the pieces of the program from the engine's code cache. Compiling the program takes longer
 * than reading a header. `npm run build` keeps the compiled code beside each piece, for the version of Node that built it; a packed
 * install has none, so there the first run writes it into the user's cache folder (code-cache.ts). Whatever the engine does not
 * take compiles as usual.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Script } from 'node:vm';
import { cachedCode, keepAtExit } from './code-cache.js';
import { commandOf } from './command-word.js';

export { builtCachePath } from './code-cache.js';

interface Piece {
  module: { exports: unknown };
  script: Script;
}

/** The pieces that have been loaded, by file name; the build makes their caches. */
export const pieces = new Map<string, Piece>();

const folder = __dirname;
const requireFromHere = createRequire(__filename);
const words = process.argv.slice(2);

// The engine collects garbage as if memory were free: the largest header takes 100 MiB more that way. The page of a header, which is the
// command `gguf-explain FILE` alone, needs little, and setting this up takes longer than walking such a header. The cached code is
// good for the same settings only, so they come before all else; `build.mjs` runs this file too.
const frugal = words.length !== 1;
if (frugal) {
  const { setFlagsFromString } = requireFromHere('node:v8');
  for (const setting of ['--semi-space-growth-factor=1', '--heap-growing-percent=20']) setFlagsFromString(setting);
}

/** The name that the compiled code of a piece is kept under. */
export function cacheName(name: string): string {
  return `${name}.${frugal ? 'frugal' : 'page'}`;
}

/** Loads a piece once, as `require` would. */
export function load(name: string): unknown {
  const loaded = pieces.get(name);
  if (loaded) return loaded.module.exports;
  const filename = `${folder}/${name}`;
  const cachedData = cachedCode(folder, cacheName(name));
  const script = new Script(wrapped(readFileSync(filename, 'latin1')), { filename, ...(cachedData && { cachedData }) });
  const module = { exports: {} };
  pieces.set(name, { module, script });
  if (cachedData === undefined || script.cachedDataRejected) keepAtExit(cacheName(name), script);
  const resolve = (id: string) => (id.startsWith('./') ? load(id.slice(2)) : requireFromHere(id));
  script.runInThisContext()(module.exports, resolve, module, filename);
  return module.exports;
}

/** As the body of a function; the large pieces are wrapped by the build, as putting a text together takes the engine a while. */
function wrapped(source: string): string {
  return source.startsWith('(') ? source : `(function (exports, require, module, __filename) {${source}\n})`;
}

/** The piece of each command, put in by the build. */
declare const COMMANDS: Readonly<Record<string, string>>;

const isCommand = (word: string) => Object.hasOwn(COMMANDS, word);

load(`${COMMANDS[commandOf(words, isCommand)]}.cjs`);
