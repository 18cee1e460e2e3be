/**
 * The first file that Node loads: it runs the pieces of the program from the engine's code cache. Compiling the program takes longer
 * than reading a header; `npm run build` keeps the compiled code beside each piece, for the version of Node that built it. Any
 * other version, and any damaged cache, is refused by the engine and compiles as usual.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { commandOf } from './command-word.js';

// The engine collects garbage as if memory were free: the largest header takes 100 MiB more that way. The cached code is only good for
// these same settings, so they come before all else; `build.mjs` runs this file too.
for (const setting of ['--semi-space-growth-factor=1', '--heap-growing-percent=20']) setFlagsFromString(setting);

interface Piece {
  module: { exports: unknown };
  script: Script;
}

/** The pieces that have been loaded, by file name; the build makes their caches. */
export const pieces = new Map<string, Piece>();

const folder = __dirname;
const requireFromHere = createRequire(__filename);

/** Where the cached code of a piece is for the Node that runs. */
export function cachePath(name: string): string {
  return `${folder}/${name}.${process.version}-${process.arch}.cache`;
}

/** Loads a piece once, as `require` would. */
export function load(name: string): unknown {
  const loaded = pieces.get(name);
  if (loaded) return loaded.module.exports;
  const filename = `${folder}/${name}`;
  const source = `(function (exports, require, module, __filename) {${readFileSync(filename, 'latin1')}\n})`;
  const script = new Script(source, { filename, ...cachedCode(name) });
  const module = { exports: {} };
  pieces.set(name, { module, script });
  const resolve = (id: string) => (id.startsWith('./') ? load(id.slice(2)) : requireFromHere(id));
  script.runInThisContext()(module.exports, resolve, module, filename);
  return module.exports;
}

function cachedCode(name: string): { cachedData?: Buffer } {
  try {
    return { cachedData: readFileSync(cachePath(name)) };
  } catch {
    return {};
  }
}

/** The piece of each command, put in by the build. */
declare const COMMANDS: Readonly<Record<string, string>>;

const isCommand = (word: string) => Object.hasOwn(COMMANDS, word);

load(`${COMMANDS[commandOf(process.argv.slice(2), isCommand)]}.cjs`);
