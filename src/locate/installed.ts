/** The models on this machine: in the collections that programs keep, or in folders that the user named. Only names are read here. */

import { statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { realPathOf } from './folder.js';
import { hubOf } from './hugging-face/hub.js';
import type { FoundModel, Place } from './installed/found-model.js';
import { modelsInFolder, rowsOf } from './installed/gguf-files.js';
import { hubModels } from './installed/hub-cache.js';
import { llamaCppFolder } from './installed/llama-cpp.js';
import { lmStudioFolders } from './installed/lm-studio.js';
import { ollamaModels } from './installed/ollama-models.js';
import { systemError } from './locate-error.js';
import { modelsAmong } from './models-below.js';
import { storeFolder } from './ollama/store.js';
import { lookAtFile } from './walk.js';

/** A place, whether it exists, and its models. */
interface LookedPlace extends Place {
  exists: boolean;
  models: readonly FoundModel[];
}

/** The places where programs keep models; if two are the same folder, the first. */
export function knownPlaces(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): Place[] {
  return [
    { where: 'hub', folder: hubOf(env, () => ({})).cache },
    { where: 'ollama', folder: storeFolder(env) },
    ...lmStudioFolders().map((folder): Place => ({ where: 'lm-studio', folder })),
    { where: 'llama.cpp', folder: llamaCppFolder(env, platform) },
  ];
}

/** Folders or files that the user named. Throws LocateError if one does not exist. */
export function namedPlaces(folders: readonly string[]): Place[] {
  return folders.map((folder) => {
    try {
      statSync(folder);
      return { where: 'folder', folder };
    } catch (error) {
      throw systemError(folder, error);
    }
  });
}

/** Looks at the places: each folder is searched once, and each path is listed once. */
export function lookAt(places: readonly Place[]): LookedPlace[] {
  const entered = new Set<string>();
  const listed = new Set<string>();
  return places.flatMap((place): LookedPlace[] => {
    const real = realPathOf(place.folder);
    if (real === undefined) return [{ ...place, exists: false, models: [] }];
    if (entered.has(real)) return [];
    entered.add(real);
    const models = modelsAt(place).filter(({ target, paths }) => {
      // Two paths to a folder lead to the same files; but a link to a file is a separate name.
      const path = paths[0] ?? target;
      const place = join(realPathOf(dirname(path)) ?? dirname(path), basename(path));
      const again = target === path && listed.has(place);
      listed.add(place);
      return !again;
    });
    return [{ ...place, exists: true, models }];
  });
}

function modelsAt({ where, folder }: Place): FoundModel[] {
  if (where === 'hub') return hubModels(folder);
  if (where === 'ollama') return ollamaModels(folder);
  if (statSync(folder).isDirectory()) return modelsInFolder(where, folder);
  return rowsOf(where, modelsAmong([lookAtFile(folder)]), (path) => path);
}
