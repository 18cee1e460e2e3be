/** Ollama's store: a row for each name, and one for each companion file. Names without any GGUF file are skipped. */

import { existsSync } from 'node:fs';
import { isExplained } from '../../explained-error.js';
import { shortName } from '../ollama/name.js';
import { readBlobs } from '../ollama/ollama-manifest.js';
import { type StoredName, storedNames } from '../ollama/store.js';
import type { FoundModel } from './found-model.js';

export function ollamaModels(store: string): FoundModel[] {
  return storedNames(store).flatMap((stored) => modelsOf(store, stored));
}

function modelsOf(store: string, { name: parts, path }: StoredName): FoundModel[] {
  const name = shortName(parts);
  const target = `ollama:${name}`;
  const row = { where: 'ollama', target, name, shards: null } as const;
  try {
    const { models, companions } = readBlobs(target, store, path);
    if (models.length === 0) return [];
    const shards = models.length === 1 ? null : { present: models.length, of: models.length };
    return [
      { ...row, paths: models, shards, ...missing(models) },
      ...companions.map((one) => ({
        ...row,
        target: one.path,
        paths: [one.path],
        kind: one.kind,
        ...missing([one.path]),
      })),
    ];
  } catch (error) {
    if (!isExplained(error)) throw error;
    return [{ ...row, paths: [path], problem: { code: error.code, message: error.message } }];
  }
}

function missing(blobs: readonly string[]): Pick<FoundModel, 'problem'> {
  if (blobs.every((blob) => existsSync(blob))) return {};
  return { problem: { code: 'blob-missing', message: "its file is missing in Ollama's store" } };
}
