/** What stands around a file that is checked: the other shards of its set, and the models that its projector or adapter is for. */

import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Neighbour, Surroundings } from '../checks/check.js';
import { NO_SURROUNDINGS } from '../checks/check.js';
import { blamesInput } from '../explained-error.js';
import { locateFile } from '../locate/locate.js';
import { isCompanion } from '../model/kind.js';
import { type Model, understand } from '../model/model.js';
import { readLocation } from '../read-location.js';

/** `name-00002-of-00009.gguf` (llama.cpp, llama_split_path). */
const SHARD = /^(.*)-\d{5}-of-(\d{5})\.gguf$/i;

/** Looks around files. Keeps what it read around the last one: the shards of a set are asked about one after the other. */
export class Lookout {
  readonly #paths: readonly string[];
  #set = '';
  #neighbours: Neighbour[] = [];

  /** `paths` are all files that are checked together. */
  constructor(paths: readonly string[]) {
    this.#paths = paths;
  }

  async around(path: string, model: Model): Promise<Surroundings> {
    if (path === '-') return NO_SURROUNDINGS;
    const fileName = basename(path);
    const folder = dirname(path);
    const shard = SHARD.exec(fileName);
    if (shard) {
      const [, stem = '', count = ''] = shard;
      const set = join(folder, `${stem}-of-${count}`);
      if (set !== this.#set) await this.#read(set, shardsIn(folder, stem, count));
    } else if (isCompanion(model)) {
      const others = this.#paths.filter((other) => dirname(other) === folder && !SHARD.test(other));
      if (`${folder}/` !== this.#set) await this.#read(`${folder}/`, others);
    } else {
      return { fileName, neighbours: [], looked: false };
    }
    return { fileName, neighbours: this.#neighbours.filter((other) => other.fileName !== fileName), looked: true };
  }

  async #read(set: string, paths: readonly string[]): Promise<void> {
    this.#set = set;
    this.#neighbours = [];
    for (const path of paths) this.#neighbours.push({ fileName: basename(path), model: await readOrNull(path) });
  }
}

/** Shards that are there, whatever number the names claim that there are. */
function shardsIn(folder: string, stem: string, count: string): string[] {
  const names = readdirSync(folder).filter((name) => {
    const match = SHARD.exec(name);
    return match?.[1] === stem && match[2] === count;
  });
  return names.sort().map((name) => join(folder, name));
}

/** A neighbour that cannot be read is told of when it is checked itself. */
async function readOrNull(path: string): Promise<Model | null> {
  try {
    return understand(await readLocation(locateFile(path)));
  } catch (error) {
    if (blamesInput(error)) return null;
    throw error;
  }
}
