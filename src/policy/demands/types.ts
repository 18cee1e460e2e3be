/**
 * `types`: the quantization type of each tensor, by purpose. Only one entry applies to a tensor: that of its role or, if there is none, of
 * its group of roles, of its component, or the default.
 */

import { bitsPerWeight, tensorTypeByName } from '../../formats/tensor-types.js';
import type { ModelTensor } from '../../model/model.js';
import { typeName } from '../../model/totals.js';
import { type Demand, notJudged, placeOfTensor } from '../demand.js';
import type { AgainstPolicy } from '../policy-findings.js';
import type { Policy } from '../schema.js';

type Entries = NonNullable<Policy['types']>;
type Entry = keyof Entries;

/** Tensors of one type to which the same entry applies. */
interface Same {
  entry: Entry;
  first: ModelTensor;
  count: number;
}

export const types: Demand = ({ policy, model }) => {
  const entries = policy.types;
  if (entries === undefined) return [];
  const groups = new Map<string, Same>();
  for (const tensor of model.tensors) {
    const entry = entryFor(tensor, entries);
    if (entry === undefined) continue;
    const group = `${entry} ${typeName(tensor)}`;
    const same = groups.get(group);
    if (same) same.count++;
    else groups.set(group, { entry, first: tensor, count: 1 });
  }
  return [...groups.values()].flatMap((same) => judge(same, entries[same.entry] as NonNullable<Entries[Entry]>));
};

function entryFor({ classified, roleRow }: ModelTensor, entries: Entries): Entry | undefined {
  const names = [classified.role, roleRow.group, classified.component, 'default'] as Entry[];
  return names.find((name) => Object.hasOwn(entries, name));
}

function judge(
  { entry, first, count }: Same,
  demand: { allow?: string[] | undefined; 'at-least'?: string | undefined },
): AgainstPolicy[] {
  const type = typeName(first);
  const place = placeOfTensor(first);
  const finding = (name: string, allowed: string): AgainstPolicy => {
    return { code: 'policy-type', place, facts: { count, type, allowed, demand: `types.${name}` } };
  };
  const findings: AgainstPolicy[] = [];
  const { allow, 'at-least': least } = demand;
  if (allow !== undefined && !allow.includes(type)) findings.push(finding(entry, allow.join(', ')));
  const leastType = least === undefined ? undefined : tensorTypeByName(least);
  if (leastType === undefined) return findings;
  const bits = first.type === undefined ? 0 : bitsPerWeight(first.type);
  if (bits === 0) findings.push(notJudged(`types.${entry}.at-least`, `the bits of type ${type} are not known`, place));
  else if (bits < bitsPerWeight(leastType)) {
    const words = `${leastType.name} and types with the same number of bits (${bitsPerWeight(leastType)}) or more`;
    findings.push(finding(`${entry}.at-least`, words));
  }
  return findings;
}
