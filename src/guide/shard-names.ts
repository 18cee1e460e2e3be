/** What the files of a split model are called: `name-00002-of-00005.gguf` (llama.cpp, `llama_split_path`). The name is all that finds them. */

export interface ShardName {
  /** All that stands before the numbers. */
  stem: string;
  /** Counted from 0, as `split.no` is; the name counts from 1. */
  no: number;
  count: number;
}

/** What the name of a shard says. Null for other names. */
export function readShardName(fileName: string): ShardName | null {
  const match = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/.exec(fileName);
  return match ? { stem: match[1] as string, no: Number(match[2]) - 1, count: Number(match[3]) } : null;
}

/** Whether the number is one that a set of so many has; names can say anything. */
export function isOfSet({ no, count }: ShardName): boolean {
  return no >= 0 && no < count;
}

/** The name of a shard, counted from 0. */
export function shardName(stem: string, no: number, count: number): string {
  const digits = (number: number) => String(number).padStart(5, '0');
  return `${stem}-${digits(no + 1)}-of-${digits(count)}.gguf`;
}

/** The name of the set that a file belongs to, the same for all its shards; null for a file that is a model by itself. */
export function setName(fileName: string): string | null {
  const name = readShardName(fileName);
  return name === null || name.count < 2 ? null : `${name.stem}-of-${name.count}`;
}
