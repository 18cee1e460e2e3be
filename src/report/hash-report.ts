/** The digests as a report. */

import type { HashReport, Verification } from './hash-schema.js';

export interface Hashed {
  file: string;
  algorithm: HashReport['algorithm'];
  /** In the order of the header. */
  ranges: readonly { name: string; bytes: number }[];
  /** One for each range, where they were computed. */
  tensors: readonly string[] | undefined;
  model: string;
  uuid: string | undefined;
}

export function hashReport(hashed: Hashed, verification?: Verification): HashReport {
  const { file, algorithm, ranges, tensors, model, uuid } = hashed;
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
    ...(verification === undefined ? {} : { verification }),
  };
}

/** What of the listing was compared: `tensors` is undefined where none are listed, `model` where the whole is not. */
export interface Compared {
  manifest: string;
  tensors: Pick<Verification, 'equal' | 'altered' | 'missing' | 'extra'> | undefined;
  model: { expected: string; found: string } | undefined;
}

export function verificationOf({ manifest, tensors, model }: Compared): Verification {
  const differences = tensors ?? { equal: 0, altered: [], missing: [], extra: [] };
  const whole = model === undefined ? 'not-listed' : model.expected === model.found ? 'equal' : 'altered';
  const { altered, missing, extra } = differences;
  const different = whole === 'altered' || altered.length + missing.length + extra.length > 0;
  return {
    manifest,
    verdict: different ? 'different' : 'equal',
    model: whole,
    tensors: tensors === undefined ? 'not-listed' : 'compared',
    ...differences,
  };
}
