/** What the demands of a policy have in common: what they look at, and the finding that one could not be judged. */

import type { GgufFile } from '../gguf/decode.js';
import type { Place } from '../gguf/finding.js';
import type { MetadataEntry } from '../gguf/metadata.js';
import type { Model, ModelTensor } from '../model/model.js';
import type { FindMiss } from './patterns.js';
import type { AgainstPolicy } from './policy-findings.js';
import type { Policy } from './schema.js';

/** A model before a policy. */
export interface Judged {
  policy: Policy;
  /** With the tensors of all shards. */
  model: Model;
  /** Each file of the model: one, or all shards in their order. */
  files: readonly GgufFile[];
  findMiss: FindMiss;
}

/** One kind of demand: the findings that it makes, none where the policy does not have it. */
export type Demand = (judged: Judged) => AgainstPolicy[];

/**
 * A demand that what is known does not decide: it is told of, for a model that nobody could judge has not passed.
 *
 * @param demand Its place in the policy: `size.max`.
 */
export function notJudged(demand: string, reason: string, place: Place = {}): AgainstPolicy {
  return { code: 'policy-not-judged', place, facts: { demand, reason } };
}

export function placeOfTensor({ name, offset }: ModelTensor): Place {
  return { offset, tensor: name };
}

export function placeOfKey({ key, offset }: MetadataEntry): Place {
  return { offset, key };
}

/** The first entry of a key: the one that llama.cpp finds. */
export function entryOf({ model }: Judged, wanted: string): MetadataEntry | undefined {
  return model.file.metadata.find(({ key }) => key === wanted);
}

/** A value of a file as a sentence can hold it; `single` for 32-bit floats, whose further digits are none. */
export function shown(value: MetadataEntry['value'], single = false): string {
  if (typeof value === 'string') return shorten(JSON.stringify(value));
  if (typeof value === 'number' && single) return String(Number(value.toPrecision(7)));
  if (typeof value !== 'object') return String(value);
  if (value.kind === 'long-string') return shorten(JSON.stringify(value.head));
  const items = value.items.slice(0, 20).map((item) => shown(item, single));
  return shorten(`[${items.join(', ')}${value.count > items.length ? ', …' : ''}]`);
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
