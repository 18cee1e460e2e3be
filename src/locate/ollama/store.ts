/**
 * Ollama's store on this machine: `manifests/<host>/<namespace>/<model>/<tag>` is a list of layers, `blobs/sha256-<digest>` the bytes of
 * each (its manifest/paths.go). It is only read; names are case-insensitive.
 */

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { withoutTrailing } from '../../words/without-trailing.js';
import { namesIn } from '../folder.js';
import { type OllamaName, sound } from './name.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** The home of the user `ollama`, which its Linux service runs as. */
const SERVICE = '/usr/share/ollama/.ollama/models';

/** The folder of the store, whether or not it exists. Like Ollama, spaces and quotes around a setting are removed (envconfig). */
export function storeFolder(env: Environment): string {
  const set = withoutTrailing(env.OLLAMA_MODELS?.trim().replace(/^["']+/, '') ?? '', `"'`);
  if (set) return set;
  const own = join(homedir(), '.ollama', 'models');
  return !existsSync(own) && existsSync(SERVICE) ? SERVICE : own;
}

/** A name, and the path of its manifest. */
export interface StoredName {
  name: OllamaName;
  path: string;
}

/** All names in the store, sorted by folder. */
export function storedNames(store: string): StoredName[] {
  const found: StoredName[] = [];
  const top = join(store, 'manifests');
  for (const host of namesIn(top)) {
    for (const namespace of namesIn(join(top, host))) {
      for (const model of namesIn(join(top, host, namespace))) {
        for (const tag of namesIn(join(top, host, namespace, model))) {
          const name = sound({ host, namespace, model, tag });
          if (name !== null) found.push({ name, path: join(top, host, namespace, model, tag) });
        }
      }
    }
  }
  return found;
}

/** The path of a name's manifest, in the given or another case; undefined if the store does not have the name. */
export function manifestPath(store: string, name: OllamaName): string | undefined {
  const exact = join(store, 'manifests', ...foldersOf(name));
  if (existsSync(exact)) return exact;
  const wanted = foldersOf(name).join('/').toLowerCase();
  return storedNames(store).find((stored) => foldersOf(stored.name).join('/').toLowerCase() === wanted)?.path;
}

function foldersOf({ host, namespace, model, tag }: OllamaName): string[] {
  return [host, namespace, model, tag];
}
