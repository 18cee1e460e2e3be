/** Judges the files of a split model, each with its surroundings: rules see one file, and the set through its neighbors. */

import type { ShardSet } from '../gguf/decode.js';
import type { Finding } from '../gguf/finding.js';
import { interpret, type Model } from '../model/model.js';
import type { Neighbor, Surroundings } from './surroundings.js';

/** Judges one file of a set. The name of the file is added to the place of each finding. */
export type JudgeFile = (model: Model, surroundings: Surroundings, index: number) => Finding[];

export function judgeFiles(set: ShardSet, judge: JudgeFile): Finding[] {
  const models = set.files.map(({ fileName, file }) => ({ fileName, model: interpret(file) }));
  const surplus = set.surplus.map((fileName): Neighbor => ({ fileName, model: null }));
  const all: readonly Neighbor[] = [...models, ...surplus];
  return models.flatMap(({ fileName, model }, index) => {
    const neighbors = all.filter((other) => other.fileName !== fileName);
    const findings = judge(model, { fileName, neighbors, looked: true }, index);
    return findings.map((finding): Finding => ({ ...finding, place: { ...finding.place, file: fileName } }));
  });
}
