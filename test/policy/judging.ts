/** Judges models by policies, for the tests: a policy as the text that a user writes, a model as a file or as a description. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NO_SURROUNDINGS, type Surroundings } from '../../src/checks/surroundings.js';
import type { Finding } from '../../src/gguf/finding.js';
import { interpret, type Model } from '../../src/model/model.js';
import { judgePolicy } from '../../src/policy/judge-policy.js';
import { parsePolicy } from '../../src/policy/read-policy.js';
import { type Description, writeGguf } from '../support/gguf-writer.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { read } from '../support/reading.js';

/** `path`: relative to fixtures/. */
export function modelOfFixture(path: string): Model {
  return interpret(read(readFileSync(join(FIXTURES_FOLDER, path))));
}

export function modelOf(description: Description): Model {
  return interpret(read(writeGguf(description)));
}

/** The findings of a policy; `demands` is the policy without its first line. */
export function judge(demands: string, model: Model, surroundings: Surroundings = NO_SURROUNDINGS): Finding[] {
  return judgePolicy(parsePolicy(`version: 1\n${demands}\n`, 'policy.yaml'), model, surroundings);
}

export function codes(demands: string, model: Model): string[] {
  return judge(demands, model).map(({ code }) => code);
}
