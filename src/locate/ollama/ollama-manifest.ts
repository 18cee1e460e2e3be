/**
 * A manifest of Ollama → the layers that are GGUF: the model, and the projectors and adapters that go with it. Templates, parameters
 * and licenses are layers too, and passed over. Whatever wrote the manifest, only a digest becomes part of a path or an address.
 */

import { join } from 'node:path';
import { NotAFileError, readSmallFile } from '../../io/file.js';
import { parseJson } from '../bounded-json.js';
import { LocateError, systemError } from '../locate-error.js';

export interface OllamaLayer {
  /** `model` several times where the model is split. */
  kind: 'model' | 'projector' | 'adapter';
  /** The SHA-256 of its bytes in hexadecimal, small letters. */
  hex: string;
  /** As the manifest has it; undefined where it does not say. */
  bytes: number | undefined;
}

/** Blobs in the store. */
export interface OllamaBlobs {
  /** Paths of the blobs; several where the model is split. */
  models: readonly string[];
  companions: readonly { kind: 'adapter' | 'projector'; path: string }[];
}

/** The error for something that is not a manifest; `why` is the end of a sentence. */
export type Damaged = (why: string) => LocateError;

/** Real ones have about a kibibyte; a model that is stored tensor by tensor has some hundred. */
const MOST_BYTES = 4 * 1024 * 1024;

/** As many as a split model may have. */
const MOST_FILES = 1024;

const LAYER = /^application\/vnd\.ollama\.image\.(model|projector|adapter)$/;
const DIGEST = /^sha256[:-]([\da-f]{64})$/i;

/** The layers in a manifest. Throws LocateError where it is none. */
export function readLayers(text: string, damaged: Damaged): OllamaLayer[] {
  const { value: manifest, wrong } = parseJson(text);
  if (wrong !== undefined) throw damaged(`it ${wrong}`);
  const layers = object(manifest)?.layers;
  if (!Array.isArray(layers)) throw damaged('it has no list of layers');
  const found: OllamaLayer[] = [];
  for (const layer of layers) {
    const { mediaType, digest, size } = object(layer) ?? {};
    if (typeof mediaType !== 'string') throw damaged('a layer does not say what it is');
    const kind = LAYER.exec(mediaType)?.[1] as OllamaLayer['kind'] | undefined;
    if (kind === undefined) continue;
    const hex = typeof digest === 'string' ? DIGEST.exec(digest)?.[1] : undefined;
    if (hex === undefined) throw damaged(`the digest of its ${kind} is not a SHA-256`);
    const bytes = Number.isSafeInteger(size) && (size as number) >= 0 ? (size as number) : undefined;
    found.push({ kind, hex: hex.toLowerCase(), bytes });
    if (found.length > MOST_FILES) throw damaged(`it names more than ${MOST_FILES} files`);
  }
  return found;
}

/** The blobs that a manifest in the store names. `target` is what errors are about. Throws LocateError where it cannot be read or is no manifest. The blobs may be missing. */
export function readBlobs(target: string, store: string, path: string): OllamaBlobs {
  const damaged: Damaged = (why) => {
    const hint = `the manifest is ${path}; pulling the model again writes a new one`;
    return new LocateError('bad-manifest', target, `Ollama's manifest is damaged: ${why}`, hint);
  };
  const found = readLayers(textAt(target, path, damaged), damaged).map(({ kind, hex }) => ({
    kind,
    path: join(store, 'blobs', `sha256-${hex}`),
  }));
  return {
    models: found.flatMap((blob) => (blob.kind === 'model' ? [blob.path] : [])),
    companions: found.flatMap(({ kind, path: blob }) => (kind === 'model' ? [] : [{ kind, path: blob }])),
  };
}

function textAt(target: string, path: string, damaged: Damaged): string {
  let text: string | undefined;
  try {
    text = readSmallFile(path, MOST_BYTES);
  } catch (error) {
    throw error instanceof NotAFileError ? damaged(error.message) : systemError(target, error);
  }
  if (text === undefined) throw damaged(`it has more than ${MOST_BYTES} bytes`);
  return text;
}

function object(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
