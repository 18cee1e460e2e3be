/**
 * What the files of a split model are called: `name-00002-of-00005.gguf` (llama.cpp, `llama_split_path`). The name is all that finds
 * them. This is the only reader of such names: paths, addresses and names of a hub all end in one.
 */

export interface ShardName {
  /** All that stands before the numbers; of a path with its folders. */
  stem: string;
  /** Counted from 0, as `split.no` is; the name counts from 1. */
  no: number;
  count: number;
  /** As it is written: llama.cpp takes `.gguf` only, but people have files that end in `.GGUF`. */
  extension: string;
}

const TAIL = /^-(\d{5})-of-(\d{5})(\.gguf)$/i;
const TAIL_LENGTH = '-00001-of-00002.gguf'.length;

/** Files of a set at most: several times as many as the largest models have. */
const MOST_SHARDS = 1024;

/** Why a set of so many files is not read; undefined for every other. */
export function tooManyShards(count: number): string | undefined {
  if (count <= MOST_SHARDS) return undefined;
  return `its name says that there are ${count} shards; at most ${MOST_SHARDS} are read`;
}

/** Whether a file is called like a model. */
export function isGgufName(fileName: string): boolean {
  return fileName.slice(-'.gguf'.length).toLowerCase() === '.gguf';
}

/** What the name or the path of a shard says. Null for other names. Only the end is looked at, however long the name is. */
export function readShardName(path: string): ShardName | null {
  const [, no, count, extension = ''] = TAIL.exec(path.slice(-TAIL_LENGTH)) ?? [];
  if (no === undefined) return null;
  return { stem: path.slice(0, -TAIL_LENGTH), no: Number(no) - 1, count: Number(count), extension };
}

/** Whether the number is one that a set of so many has; names can say anything. */
export function isOfSet({ no, count }: ShardName): boolean {
  return no >= 0 && no < count;
}

/** Whether two names are of one set. Extensions in different case do not part it. */
export function isSameSet(one: ShardName, other: ShardName | null): boolean {
  return other !== null && other.stem === one.stem && other.count === one.count;
}

/** The name of a shard, counted from 0. */
export function shardName(stem: string, no: number, count: number, extension = '.gguf'): string {
  const digits = (number: number) => String(number).padStart(5, '0');
  return `${stem}-${digits(no + 1)}-of-${digits(count)}${extension}`;
}

/** The name of the set that a file belongs to, the same for all its shards; null for a file that is a model by itself. */
export function setName(path: string): string | null {
  const name = readShardName(path);
  return name === null || name.count < 2 ? null : `${name.stem}-of-${name.count}`;
}

/** Files that are one model by their names. */
export interface NamedModel<T> {
  /** Its files, at least one; the shards of a set by their numbers. */
  members: readonly T[];
  /** How many shards the names promise; null for a model in one file. */
  of: number | null;
  /** Files that are called like shards of the set and are none: with a number beyond its end, or one that another file has. */
  surplus: readonly T[];
}

/**
 * Files → models, in the order in which each comes first, in time that grows with the number of files. `pathOf` gives a path with its
 * folders, as sets do not reach across folders. A file beyond the end of a set that is not there is a model by itself.
 */
export function groupShards<T>(files: Iterable<T>, pathOf: (file: T) => string): NamedModel<T>[] {
  const groups = new Map<string, T[]>();
  for (const file of files) {
    const path = pathOf(file);
    // A file without a set is a set of its own; a slash at its end keeps it apart from all others.
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
