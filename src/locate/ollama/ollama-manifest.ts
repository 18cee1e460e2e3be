/**
 * A manifest of Ollama → the blobs that are GGUF: the model, and the projectors and adapters that go with it. Templates, parameters
 * and licenses are layers too, and passed over. Whatever wrote the manifest, only a digest becomes part of a path.
 */

import { join } from 'node:path';
import { NotAFileError, readSmallFile } from '../../io/file.js';
import { parseJson } from '../bounded-json.js';
import { LocateError, systemError } from '../locate-error.js';

export interface OllamaLayers {
  /** Paths of the blobs; several where the model is split. */
  models: readonly string[];
  companions: readonly { kind: 'adapter' | 'projector'; path: string }[];
}

/** Real ones have about a kibibyte; a model that is stored tensor by tensor has some hundred. */
const MOST_BYTES = 4 * 1024 * 1024;

/** As many as a split model may have. */
const MOST_FILES = 1024;

const LAYER = /^application\/vnd\.ollama\.image\.(model|projector|adapter)$/;
const DIGEST = /^sha256[:-]([\da-f]{64})$/i;

/** `target` is what errors are about. Throws LocateError where it cannot be read or is no manifest. The blobs may be missing. */
export function readLayers(target: string, store: string, path: string): OllamaLayers {
  const models: string[] = [];
  const companions: { kind: 'adapter' | 'projector'; path: string }[] = [];
  for (const layer of layersIn(target, path)) {
    const { mediaType, digest } = object(layer) ?? {};
    if (typeof mediaType !== 'string') throw damaged(target, path, 'a layer does not say what it is');
    const kind = LAYER.exec(mediaType)?.[1] as 'model' | 'adapter' | 'projector' | undefined;
    if (kind === undefined) continue;
    const hex = typeof digest === 'string' ? DIGEST.exec(digest)?.[1] : undefined;
    if (hex === undefined) throw damaged(target, path, `the digest of its ${kind} is not a SHA-256`);
    const blob = join(store, 'blobs', `sha256-${hex.toLowerCase()}`);
    if (kind === 'model') models.push(blob);
    else companions.push({ kind, path: blob });
    if (models.length + companions.length > MOST_FILES) {
      throw damaged(target, path, `it names more than ${MOST_FILES} files`);
    }
  }
  return { models, companions };
}

function layersIn(target: string, path: string): unknown[] {
  const layers = object(readJson(target, path))?.layers;
  if (!Array.isArray(layers)) throw damaged(target, path, 'it has no list of layers');
  return layers;
}

function readJson(target: string, path: string): unknown {
  let text: string | undefined;
  try {
    text = readSmallFile(path, MOST_BYTES);
  } catch (error) {
    throw error instanceof NotAFileError ? damaged(target, path, error.message) : systemError(target, error);
  }
  if (text === undefined) throw damaged(target, path, `it has more than ${MOST_BYTES} bytes`);
  const { value, wrong } = parseJson(text);
  if (wrong !== undefined) throw damaged(target, path, `it ${wrong}`);
  return value;
}

function object(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function damaged(target: string, path: string, why: string): LocateError {
  const hint = `the manifest is ${path}; pulling the model again writes a new one`;
  return new LocateError('bad-manifest', target, `Ollama's manifest is damaged: ${why}`, hint);
}
