/**
 * A home folder with models, laid out as the hub's library, Ollama, LM Studio and llama.cpp do it, and a function that runs the program in
 * it.
 */

import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { type Outcome, type RunOptions, run } from '../cli/run.js';

const shaOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Folders are given relative to the home, so that the output holds no path that differs on another machine. */
const ENVIRONMENT = {
  HOME: '.',
  HF_HOME: 'hf',
  HF_HUB_CACHE: '',
  HUGGINGFACE_HUB_CACHE: '',
  HF_HUB_OFFLINE: '1',
  OLLAMA_MODELS: 'ollama',
  // Nothing listens there, so a model that is not in the store is not found.
  GGUF_EXPLAIN_OLLAMA_REGISTRY: 'http://127.0.0.1:1',
  NO_PROXY: '*',
  LLAMA_CACHE: '',
  XDG_CACHE_HOME: 'cache',
};

export interface Layer {
  /** The last part of the media type: `model`, `projector`, `license`. */
  kind: string;
  bytes: Uint8Array;
}

export class TestHome {
  readonly folder = mkdtempSync(join(tmpdir(), 'gguf-explain-home-'));

  /** Runs the program in this home, with the home as the working folder. */
  run(args: readonly string[], options: RunOptions = {}): Outcome {
    return run(args, { ...options, cwd: this.folder, env: { ...ENVIRONMENT, ...options.env } });
  }

  write(path: string, content: Uint8Array | string): string {
    const whole = join(this.folder, path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, content);
    return path;
  }

  link(path: string, to: string): void {
    const whole = join(this.folder, path);
    mkdirSync(dirname(whole), { recursive: true });
    symlinkSync(relative(dirname(whole), join(this.folder, to)), whole);
  }

  /** A file of the hub's cache: a blob, and a link to it in the snapshot of a commit. */
  hubFile(repository: string, commit: string, path: string, bytes: Uint8Array): void {
    const folder = `hf/hub/models--${repository.replace('/', '--')}`;
    this.link(`${folder}/snapshots/${commit}/${path}`, this.write(`${folder}/blobs/${shaOf(bytes)}`, bytes));
  }

  hubRef(repository: string, revision: string, commit: string): void {
    this.write(`hf/hub/models--${repository.replace('/', '--')}/refs/${revision}`, commit);
  }

  /** Adds a model to Ollama's store under the four folders of its name. Returns the paths of its blobs. */
  ollama(name: string, layers: readonly Layer[]): string[] {
    const blobs = layers.map(({ bytes }) => this.write(`ollama/blobs/sha256-${shaOf(bytes)}`, bytes));
    const config = { mediaType: 'application/vnd.docker.container.image.v1+json', digest: digestOf('{}'), size: 2 };
    this.manifest(name, {
      schemaVersion: 2,
      mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
      config,
      layers: layers.map(({ kind, bytes }) => ({
        mediaType: `application/vnd.ollama.image.${kind}`,
        digest: digestOf(bytes),
        size: bytes.length,
      })),
    });
    return blobs;
  }

  manifest(name: string, content: unknown): void {
    this.write(`ollama/manifests/${name}`, typeof content === 'string' ? content : JSON.stringify(content));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function digestOf(bytes: Uint8Array | string): string {
  return `sha256:${shaOf(Buffer.from(bytes))}`;
}
