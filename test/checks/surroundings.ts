/** Fixtures as models, with the other files of their set around them, as `check` finds them in their folder. */

import { RULES } from '../../src/checks/registry.js';
import { NO_SURROUNDINGS, type Surroundings } from '../../src/checks/surroundings.js';
import type { Finding } from '../../src/gguf/finding.js';
import { interpret, type Model } from '../../src/model/model.js';
import { readShardName } from '../../src/words/shard-names.js';
import type { Fixture } from '../support/fixtures/fixture.js';
import { type Description, writeGguf } from '../support/gguf-writer.js';
import { read } from '../support/reading.js';

export function modelOf(content: Description | Buffer): Model {
  return interpret(read(Buffer.isBuffer(content) ? content : writeGguf(content)));
}

const MODEL_RULES = RULES.filter(({ group }) => group === 'model');

/** The findings of the rules in the group `model`. */
export function judgeModel(model: Model, surroundings: Surroundings = NO_SURROUNDINGS): Finding[] {
  return MODEL_RULES.flatMap((rule) => rule.judge(model, surroundings));
}

export const codesIn = (findings: readonly Finding[]) => [...new Set(findings.map(({ code }) => code))].sort();

/** The other shards of a fixture, by their names, among these fixtures. A name that is not a shard's has no surroundings to look at. */
export function shardsAround({ name }: Pick<Fixture, 'name'>, others: readonly Fixture[]): Surroundings {
  const fileName = `${name}.gguf`;
  const shard = readShardName(fileName);
  if (shard === null) return { fileName, neighbors: [], looked: false };
  const neighbors = others.flatMap((other) => {
    const otherName = `${other.name}.gguf`;
    const its = readShardName(otherName);
    const same = its !== null && its.stem === shard.stem && its.count === shard.count && otherName !== fileName;
    return same ? [{ fileName: otherName, model: modelOf(other.bytes) }] : [];
  });
  return { fileName, neighbors, looked: true };
}

/** Models that are named in one command. */
export function beside(...models: readonly (Description | Buffer)[]): Surroundings {
  const neighbors = models.map((content, i) => ({ fileName: `neighbor-${i}.gguf`, model: modelOf(content) }));
  return { fileName: 'it.gguf', neighbors, looked: true };
}
