/** The report of `hash`. */

import type { HashReport, Verification } from './hash-schema.js';

export interface Hashed {
  file: string;
  algorithm: HashReport['algorithm'];
  /** In the order of the header. */
  ranges: readonly { name: string; bytes: number }[];
  /** A digest for each range, if computed. */
  tensors: readonly string[] | undefined;
  model: string;
  uuid: string | undefined;
  files?: HashReport['files'];
  metadata?: HashReport['metadata'];
}

export function hashReport(hashed: Hashed, verification?: Verification): HashReport {
  const { file, algorithm, ranges, tensors, model, uuid, files = [], metadata } = hashed;
  const bytes = ranges.reduce((sum, range) => sum + range.bytes, 0);
  return {
    schemaVersion: 1,
    file,
    algorithm,
    model: { bytes, digest: model, ...(uuid === undefined ? {} : { uuid }) },
    ...(tensors === undefined
      ? {}
      : {
          tensors: ranges.map((range, i) => ({ name: range.name, bytes: range.bytes, digest: tensors[i] as string })),
        }),
    ...(files.length === 0 ? {} : { files }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(verification === undefined ? {} : { verification }),
  };
}

/** The compared parts of a manifest: `tensors` is undefined if it lists none, `model` if it does not list the whole model. */
export interface Compared {
  manifest: string;
  tensors: Pick<Verification, 'equal' | 'altered' | 'missing' | 'extra'> | undefined;
  model: { expected: string; found: string } | undefined;
  files?: Verification['files'];
  metadata?: Verification['metadata'];
}

export function verificationOf({ manifest, tensors, model, files, metadata }: Compared): Verification {
  const differences = tensors ?? { equal: 0, altered: [], missing: [], extra: [] };
  const whole = model === undefined ? 'not-listed' : model.expected === model.found ? 'equal' : 'altered';
  const { altered, missing, extra } = differences;
  const different =
    whole === 'altered' ||
    altered.length + missing.length + extra.length > 0 ||
    metadata?.verdict === 'different' ||
    (files ?? []).some(({ expected, found }) => expected !== undefined && expected !== found);
  return {
    manifest,
    verdict: different ? 'different' : 'equal',
    model: whole,
    tensors: tensors === undefined ? 'not-listed' : 'compared',
    ...differences,
    ...(files === undefined ? {} : { files }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

/** How the metadata differs from the manifest: key by key if it lists keys, otherwise by the digest of all metadata. */
export function comparedMetadata(
  listed: { all: string | undefined; keys: readonly { name: string; digest: string }[] },
  found: NonNullable<HashReport['metadata']>,
): NonNullable<Verification['metadata']> {
  const expected = digestsByKey(listed.keys.map(({ name, digest }) => ({ key: name, digest })));
  const there = digestsByKey(found.keys);
  const none = expected.size === 0;
  const altered = [...there].flatMap(([key, digests]) => {
    const before = expected.get(key);
    return before === undefined || before === digests ? [] : [key];
  });
  const missing = [...expected.keys()].filter((key) => !there.has(key));
  const extra = none ? [] : [...there.keys()].filter((key) => !expected.has(key));
  const whole = listed.all === undefined || listed.all === found.digest;
  const equal = whole && altered.length + missing.length + extra.length === 0;
  return { verdict: equal ? 'equal' : 'different', altered, missing, extra };
}

/** A key that occurs twice in a file has both digests. */
function digestsByKey(keys: readonly { key: string; digest: string }[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const { key, digest } of keys) {
    const former = found.get(key);
    found.set(key, former === undefined ? digest : `${former} ${digest}`);
  }
  return found;
}
