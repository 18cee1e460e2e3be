/**
 * The names of the files of a split model: `name-00002-of-00005.gguf` (llama.cpp, `llama_split_path`). Shards are found only by name. This
 * is the only parser for such names; paths, addresses and hub names all end in one.
 */

export interface ShardName {
  /** The part before the numbers, including the folders of a path. */
  stem: string;
  /** Counted from 0 like `split.no`; the name counts from 1. */
  no: number;
  count: number;
  /** As written: llama.cpp accepts only `.gguf`, but some files end in `.GGUF`. */
  extension: string;
}

const TAIL = /^-(\d{5})-of-(\d{5})(\.gguf)$/i;
const TAIL_LENGTH = '-00001-of-00002.gguf'.length;

/** Most files of a set: several times the number that the largest models have. */
const MOST_SHARDS = 1024;

/** Why a set with this number of files is not read; undefined if it is read. */
export function tooManyShards(count: number): string | undefined {
  if (count <= MOST_SHARDS) return undefined;
  return `its name says that there are ${count} shards; at most ${MOST_SHARDS} are read`;
}

/** Whether a file has the name of a model. */
export function isGgufName(fileName: string): boolean {
  return fileName.slice(-'.gguf'.length).toLowerCase() === '.gguf';
}

/** Parses the name or path of a shard; null for other names. Only the end is examined, however long the name is. */
export function readShardName(path: string): ShardName | null {
  const [, no, count, extension = ''] = TAIL.exec(path.slice(-TAIL_LENGTH)) ?? [];
  if (no === undefined) return null;
  return { stem: path.slice(0, -TAIL_LENGTH), no: Number(no) - 1, count: Number(count), extension };
}

/** Whether the number is within the count of the set. Names are untrusted and may have any number. */
export function isOfSet({ no, count }: ShardName): boolean {
  return no >= 0 && no < count;
}

/** Whether two names belong to one set. The case of the extension does not matter. */
export function isSameSet(one: ShardName, other: ShardName | null): boolean {
  return other !== null && other.stem === one.stem && other.count === one.count;
}

/** The name of a shard; `no` counts from 0. */
export function shardName(stem: string, no: number, count: number, extension = '.gguf'): string {
  const digits = (number: number) => String(number).padStart(5, '0');
  return `${stem}-${digits(no + 1)}-of-${digits(count)}${extension}`;
}

/** The name of the set that a file belongs to, the same for all its shards; null for a model in one file. */
export function setName(path: string): string | null {
  const name = readShardName(path);
  return name === null || name.count < 2 ? null : `${name.stem}-of-${name.count}`;
}

/** Files that form one model according to their names. */
export interface NamedModel<T> {
  /** Its files, at least one; the shards of a set by their numbers. */
  members: readonly T[];
  /** The number of shards in the names; null for a model in one file. */
  of: number | null;
  /** Files with the name of a shard that do not belong to the set: the number is beyond its count, or another file has it. */
  surplus: readonly T[];
}

/**
 * Groups files into models, in the order of their first files, in linear time. `pathOf` returns a path with its folders, because all shards
 * of a set are in one folder. A file with a number beyond the count is a separate model if no other file of the set is present.
 */
export function groupShards<T>(files: Iterable<T>, pathOf: (file: T) => string): NamedModel<T>[] {
  const groups = new Map<string, T[]>();
  for (const file of files) {
    const path = pathOf(file);
    // A file without a set forms its own group; the slash at the end makes its key distinct from all others.
    const key = setName(path) ?? `${path}/`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [file]);
    else group.push(file);
  }
  return [...groups.values()].flatMap((group) => modelsOf(group, pathOf));
}

function modelsOf<T>(group: readonly T[], pathOf: (file: T) => string): NamedModel<T>[] {
  const first = readShardName(pathOf(group[0] as T));
  if (first === null || first.count < 2) return group.map((file) => ({ members: [file], of: null, surplus: [] }));
  const members = new Map<number, T>();
  const surplus: T[] = [];
  for (const file of group) {
    const name = readShardName(pathOf(file)) as ShardName;
    const before = members.get(name.no);
    if (!isOfSet(name)) surplus.push(file);
    else if (before === undefined) members.set(name.no, file);
    else if (name.extension === '.gguf') {
      members.set(name.no, file);
      surplus.push(before);
    } else surplus.push(file);
  }
  if (members.size === 0) return surplus.map((file) => ({ members: [file], of: null, surplus: [] }));
  const byNumber = [...members].sort(([a], [b]) => a - b).map(([, file]) => file);
  return [{ members: byNumber, of: first.count, surplus }];
}
