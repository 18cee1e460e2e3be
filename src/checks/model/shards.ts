/** Checks the files of a split model: presence, names and numbers. */

import type { Place } from '../../gguf/finding.js';
import { entryOf, typeOf } from '../../model/entries.js';
import { SPLIT_KEYS } from '../../model/shard-keys.js';
import { isGgufName, isSameSet, readShardName, shardName } from '../../words/shard-names.js';
import { shard, shardSet } from '../applies-to.js';
import { defineCheck } from '../define-check.js';
import { entryPlace } from '../place.js';
import { isSurplus } from '../sets-of-neighbors.js';

export const SHARD_CHECKS = [
  /** A single shard does not show whether the set is complete. */
  defineCheck({
    code: 'shard-alone',
    group: 'model',
    level: 'warning',
    says: '{shard} of {count}: the others were not read, so only a part of the model was judged',
    hint: 'check the file in a folder with the other shards',
    appliesTo: shard,
    judge({ shard, fileName, looked }) {
      if (looked && fileName !== null) return [];
      const { no, count } = shard;
      const facts = { shard: no === null ? 'one shard' : `shard ${no + 1}`, count: count === null ? 'several' : count };
      return [{ place: { key: SPLIT_KEYS.count.key }, facts }];
    },
  }),
  /** Uses the names, like the loader: all files from 1 to the count must exist and be readable. */
  defineCheck({
    code: 'shard-missing',
    group: 'model',
    level: 'error',
    says: '{count, shard} of {of} missing or unreadable, such as {example}',
    hint: 'download all shards into one folder',
    appliesTo: shardSet,
    judge({ fileName, neighbors, looked }) {
      const name = fileName === null ? null : readShardName(fileName);
      if (name === null || !looked) return [];
      const there = new Set([name.no]);
      for (const other of neighbors) {
        const sibling = other.model === null ? null : readShardName(other.fileName);
        if (sibling !== null && isSameSet(name, sibling)) there.add(sibling.no);
      }
      let count = 0;
      let example: number | undefined;
      for (let no = 0; no < name.count; no++) {
        if (there.has(no)) continue;
        count++;
        example ??= no;
      }
      if (example === undefined) return [];
      const facts = { count, of: name.count, example: shardName(name.stem, example, name.count, name.extension) };
      return [{ place: { key: SPLIT_KEYS.count.key }, facts }];
    },
  }),
  /** Files that are named as shards beyond the last one: the loader never opens them, so they are left over from another split. */
  defineCheck({
    code: 'shard-surplus',
    group: 'model',
    level: 'warning',
    says: '{count, file} named as shards beyond the last one, such as {otherFile}',
    hint: 'llama.cpp never opens them; they may be left over from another split',
    appliesTo: shardSet,
    judge({ fileName, neighbors }) {
      const names = [...(fileName === null ? [] : [fileName]), ...neighbors.map((other) => other.fileName)];
      const surplus = names.filter(isSurplus).sort();
      const [first] = surplus;
      if (first === undefined) return [];
      const facts = { count: surplus.length, otherFile: first };
      return [{ place: { key: SPLIT_KEYS.count.key }, facts }];
    },
  }),
  /** The loader's demands on the keys of a shard: presence, types, and a number below the count. */
  defineCheck({
    code: 'shard-keys-wrong',
    group: 'model',
    level: 'error',
    says: '{key} {what}',
    hint: 'split the original again with llama-gguf-split, or download all shards again',
    appliesTo: shard,
    judge({ model, shard }) {
      const later = (shard.no ?? 0) > 0;
      const wrong: ReturnType<typeof wrongKey>[] = [];
      for (const { key, type } of Object.values(SPLIT_KEYS)) {
        const entry = entryOf(model.file, key);
        // In later shards only the number is read.
        if (entry === undefined && !(later && key !== SPLIT_KEYS.no.key)) {
          wrong.push(wrongKey({ key }, key, 'is missing'));
        } else if (entry !== undefined && entry.type !== type) {
          wrong.push(wrongKey(entryPlace(entry), key, `is of type ${typeOf(entry)}, not ${type}`));
        }
      }
      const { no, count } = shard;
      if (no !== null && count !== null && no >= count) {
        const { key } = SPLIT_KEYS.no;
        wrong.push(
          wrongKey(entryPlace(entryOf(model.file, key)!), key, `is ${no} in a set of ${count}, counted from 0`),
        );
      }
      return wrong;
    },
  }),
  /**
   * llama.cpp finds the other shards by the name of the first, and refuses a shard whose name has a different number than its keys, or
   * whose extension is not in lower case.
   */
  defineCheck({
    code: 'shard-name-disagrees',
    group: 'model',
    level: 'error',
    says: 'the file is named {found}; according to its keys, it should be named {expected}',
    hint: 'llama.cpp finds shards by their names; {remedy}',
    appliesTo: shard,
    judge({ shard, fileName, hubLink, headers = [] }) {
      // A file that was joined from several shards has no correct name.
      if (fileName === null || shard.no === null || shard.count === null || headers.length > 0) return [];
      const name = readShardName(fileName);
      const agrees = name !== null && name.no === shard.no && name.count === shard.count;
      if (agrees && name.extension === '.gguf') return [];
      const stem = name?.stem ?? (isGgufName(fileName) ? fileName.slice(0, -'.gguf'.length) : fileName);
      const remedy = hubLink === undefined ? 'rename it back' : linkWords(hubLink);
      const facts = { found: fileName, expected: shardName(stem, shard.no, shard.count), remedy };
      return [{ place: { key: SPLIT_KEYS.no.key }, facts }];
    },
  }),
];

/** A blob is intentionally named by its digest; renaming it would break the cache. */
function linkWords(link: string | null): string {
  if (link === null) return 'this is a blob in the cache of the hub: use the link to it in the folder snapshots';
  // The name comes first, because the long path of the cache may be shortened.
  const cut = Math.max(link.lastIndexOf('/'), link.lastIndexOf('\\'));
  return `this is a blob in the cache of the hub: use its link ${link.slice(cut + 1)} in ${link.slice(0, cut)}`;
}

function wrongKey(place: Place, key: string, what: string) {
  return { place, facts: { key, what } };
}
