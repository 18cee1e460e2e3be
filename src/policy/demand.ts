/** Shared by all demands of a policy: the model that they judge, and the finding that a demand could not be judged. */

import type { GgufFile } from '../gguf/decode.js';
import type { Place } from '../gguf/finding.js';
import type { MetadataEntry } from '../gguf/metadata.js';
import type { Model, ModelTensor } from '../model/model.js';
import type { FindMiss } from './patterns.js';
import type { AgainstPolicy } from './policy-findings.js';
import type { Policy } from './schema.js';

/** The model that a policy judges. */
export interface Judged {
  policy: Policy;
  /** The model with the tensors of all shards. */
  model: Model;
  /** All files of the model: one, or all shards in order. */
  files: readonly GgufFile[];
  findMiss: FindMiss;
}

/** One kind of demand. Returns its findings; none if the policy does not contain it. */
export type Demand = (judged: Judged) => AgainstPolicy[];

/**
 * The finding for a demand that cannot be decided from what is known. It is reported because a model that was not judged has not passed.
 *
 * @param demand Its path in the policy: `size.max`.
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

/** The first entry with a key, which is the one that llama.cpp finds. */
export function entryOf({ model }: Judged, wanted: string): MetadataEntry | undefined {
  return model.file.metadata.find(({ key }) => key === wanted);
}

/** A value from a file as text for a sentence. `single` is for 32-bit floats: digits beyond their precision are left out. */
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
