/** The surroundings of a checked file: the other shards of its set, and the models that its projector or adapter may belong to. */

import { basename, dirname, join } from 'node:path';
import type { Surroundings } from '../checks/surroundings.js';
import { NO_SURROUNDINGS } from '../checks/surroundings.js';
import { blamesInput } from '../explained-error.js';
import { statusOf } from '../locate/folder.js';
import { locateFoundFile } from '../locate/locate.js';
import { setAround } from '../locate/shards.js';
import { isCompanion } from '../model/kind.js';
import { interpret, type Model } from '../model/model.js';
import { readHeader } from '../open/read-header.js';
import { UNFINISHED_SUFFIXES, type UnfinishedMark } from '../words/download-names.js';
import { readShardName, setName } from '../words/shard-names.js';

/**
 * Most models that are read for a projector or an adapter in the same folder. In a larger folder its name does not say which one it belongs
 * to.
 */
const MOST_MODELS = 64;

/** Looks around files. It keeps what it read for the last file, because the shards of a set are checked one after the other. */
export class Lookout {
  /** The checked files that are not shards, by folder. */
  readonly #models = new Map<string, string[]>();
  #around = '';
  #read = new Map<string, Model | null>();

  /** `paths` are all files of this check. */
  constructor(paths: Iterable<string>) {
    for (const path of paths) {
      if (readShardName(path) !== null) continue;
      const folder = dirname(path);
      const others = this.#models.get(folder);
      if (others === undefined) this.#models.set(folder, [path]);
      else others.push(path);
    }
  }

  /** Throws LocateError for a shard of a set that is too large, as reading the set does. */
  async around(path: string, model: Model): Promise<Surroundings> {
    if (path === '-') return NO_SURROUNDINGS;
    const marks = marksBeside(path);
    const hubLink = await hubLinkOf(path);
    const around = await this.#companyOf(path, model);
    return { ...around, ...(marks.length > 0 && { marks }), ...(hubLink !== undefined && { hubLink }) };
  }

  async #companyOf(path: string, model: Model): Promise<Surroundings> {
    const fileName = basename(path);
    const folder = dirname(path);
    if (readShardName(fileName) !== null) return await this.#neighbors(path, setName(path) ?? path, shardsAround(path));
    const models = isCompanion(model) ? (this.#models.get(folder) ?? []) : [];
    if (models.length === 0 || models.length > MOST_MODELS) return { fileName, neighbors: [], looked: false };
    return await this.#neighbors(path, `${folder}/`, models);
  }

  /** `around` is a key: files with the same neighbors have the same. */
  async #neighbors(own: string, around: string, paths: readonly string[]): Promise<Surroundings> {
    if (around !== this.#around) this.#read = new Map();
    this.#around = around;
    const neighbors = [];
    for (const path of paths) {
      if (basename(path) === basename(own)) continue;
      let model = this.#read.get(path);
      if (model === undefined) {
        model = await readOrNull(path);
        this.#read.set(path, model);
      }
      neighbors.push({ fileName: basename(path), model });
    }
    return { fileName: basename(own), neighbors, looked: true };
  }
}

/** The shards that exist, and further files that are named like shards of the set. */
function shardsAround(path: string): string[] {
  const { members, surplus } = setAround(path);
  return [...members, ...surplus].map((fileName) => join(dirname(path), fileName));
}

/** A neighbor that cannot be read is reported when it is checked itself. */
async function readOrNull(path: string): Promise<Model | null> {
  try {
    return interpret(await readHeader(locateFoundFile(path)));
  } catch (error) {
    if (blamesInput(error)) return null;
    throw error;
  }
}

/** Files next to this one that show that a program is still downloading it. */
function marksBeside(path: string): UnfinishedMark[] {
  return UNFINISHED_SUFFIXES.flatMap(({ suffix, by, control }) => {
    const beside = statusOf(`${path}${suffix}`);
    return beside === undefined ? [] : [{ fileName: basename(`${path}${suffix}`), by, control }];
  });
}

/** The link that leads to a blob in the hub's cache; undefined for any other file, so that only blobs load the code that looks for it. */
async function hubLinkOf(path: string): Promise<string | null | undefined> {
  if (basename(dirname(path)) !== 'blobs' || !/^[\da-f]{40,64}$/.test(basename(path))) return undefined;
  const { linkToBlob } = await import('../locate/hugging-face/local-cache.js');
  return linkToBlob(path) ?? null;
}
