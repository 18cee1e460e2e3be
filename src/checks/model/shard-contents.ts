/** Checks whether the files of a split model belong together. */

import { metadataValue } from '../../gguf/decode.js';
import type { Model } from '../../model/model.js';
import { SPLIT_KEYS, shardOf } from '../../model/shard-keys.js';
import { shard, shardSet } from '../applies-to.js';
import { defineCheck } from '../define-check.js';
import { tensorPlace } from '../place.js';
import { isSurplus, siblings } from '../sets-of-neighbors.js';

/** Keys that must be equal in two shards of one set if both have them. */
const COMMON = [
  ...[SPLIT_KEYS.count.key, SPLIT_KEYS.tensorCount.key],
  ...['general.architecture', 'general.name', 'general.uuid', 'general.file_type'],
];

export const SHARD_CONTENT_CHECKS = [
  /** Shards whose names form a set but whose contents do not: from another split, from another model, or the same shard twice. */
  defineCheck({
    code: 'shards-mixed',
    group: 'model',
    level: 'error',
    says: '{otherFile} is not a shard of the same set: {key} is {found} here and {other} there',
    hint: 'download all shards of one set again, into one folder',
    appliesTo: shard,
    judge({ model, fileName: own, neighbors }) {
      // A surplus file has a separate finding.
      if (own !== null && isSurplus(own)) return [];
      for (const { fileName, model: other } of neighbors) {
        const difference = other === null || isSurplus(fileName) ? null : differenceOf(model, other);
        if (difference === null) continue;
        const facts = { ...difference, otherFile: fileName };
        return [{ place: { key: difference.key }, facts }];
      }
      return [];
    },
  }),
  /** The loader compares the number of tensors in all shards, so this needs all shards. */
  defineCheck({
    code: 'shard-tensor-total',
    group: 'model',
    level: 'error',
    says: '{found, tensor} in all shards together; split.tensors.count is {expected}',
    hint: 'a shard is missing, or is from another set: download all of them again',
    appliesTo: shardSet,
    judge(set) {
      const { model, shard: own } = set;
      const others = siblings(set);
      if (own.count === null || others.length + 1 !== own.count) return [];
      const all = [own, ...others.map(({ shard }) => shard)];
      const expected = all.find(({ no }) => no === 0)?.tensorCount ?? own.tensorCount;
      const found = others.reduce((sum, other) => sum + other.model.tensors.length, model.tensors.length);
      if (expected === null || found === expected) return [];
      const { key } = SPLIT_KEYS.tensorCount;
      return [{ place: { key }, facts: { found, expected } }];
    },
  }),
  defineCheck({
    code: 'shard-tensor-repeated',
    group: 'model',
    level: 'error',
    says: '{tensor} is also in {otherFile} ({count, tensor} stored twice)',
    hint: 'the shards are from different sets: download all of them again',
    appliesTo: shard,
    judge(own) {
      const { model } = own;
      for (const { fileName, model: other } of siblings(own)) {
        const names = new Set(other.tensors.map(({ name }) => name));
        const repeated = model.tensors.filter(({ name }) => names.has(name));
        const [first] = repeated;
        if (first === undefined) continue;
        const facts = { tensor: first.name, otherFile: fileName, count: repeated.length };
        return [{ place: tensorPlace(first), facts }];
      }
      return [];
    },
  }),
];

function differenceOf(model: Model, other: Model): { key: string; found: string; other: string } | null {
  const [mine, its] = [shardOf(model), shardOf(other)];
  if (its === null) return { key: SPLIT_KEYS.count.key, found: String(mine?.count), other: 'nothing' };
  if (mine?.no === its.no) return { key: SPLIT_KEYS.no.key, found: String(mine?.no), other: String(its.no) };
  for (const key of COMMON) {
    const [here, there] = [metadataValue(model.file, key), metadataValue(other.file, key)];
    if (here === undefined || there === undefined || String(here) === String(there)) continue;
    return { key, found: String(here), other: String(there) };
  }
  return null;
}
