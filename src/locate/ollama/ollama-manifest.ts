/**
 * Reads the GGUF layers of an Ollama manifest: the model, and its projectors and adapters. Templates, parameters and licenses are layers
 * too, but are skipped. Only digests from the manifest become part of a path or an address, because anybody may have written it.
 */

import { join } from 'node:path';
import { NotAFileError, readSmallFile } from '../../io/file.js';
import { parseJson } from '../bounded-json.js';
import { LocateError, systemError } from '../locate-error.js';

export interface OllamaLayer {
  /** `model` occurs several times if the model is split. */
  kind: 'model' | 'projector' | 'adapter';
  /** The SHA-256 of its bytes in lower-case hexadecimal. */
  hex: string;
  /** As stated by the manifest; undefined if it does not. */
  bytes: number | undefined;
}

/** Blobs in the store. */
export interface OllamaBlobs {
  /** Paths of the blobs; several if the model is split. */
  models: readonly string[];
  companions: readonly { kind: 'adapter' | 'projector'; path: string }[];
}

/** The error for an invalid manifest; `why` is the end of a sentence. */
export type Damaged = (why: string) => LocateError;

/** Maximum bytes of a manifest; real ones have about 1 KiB, or a hundred times that if a model is stored tensor by tensor. */
const MOST_BYTES = 4 * 1024 * 1024;

/** The maximum number of files of a split model. */
const MOST_FILES = 1024;

const LAYER = /^application\/vnd\.ollama\.image\.(model|projector|adapter)$/;
const DIGEST = /^sha256[:-]([\da-f]{64})$/i;

/** The layers in a manifest. Throws LocateError if it is invalid. */
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

/**
 * The blobs listed by a manifest in the store; they may be missing. `target` is named in errors. Throws LocateError if the manifest cannot
 * be read or is invalid.
 */
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
