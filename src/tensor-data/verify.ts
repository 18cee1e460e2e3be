/** Compares a manifest with a model: altered, missing and extra tensors. */

import { type ListedDigests, unescapeName } from './manifest-subjects.js';

export interface Differences {
  /** Number of tensors that match the manifest. */
  equal: number;
  altered: { name: string; expected: string; found: string }[];
  /** In the manifest, not in the model. */
  missing: { name: string; expected: string }[];
  /** In the model, not in the manifest. */
  extra: { name: string; found: string }[];
}

interface Listed {
  name: string;
  digests: string[];
  seen: boolean;
}

/** Compares tensors in the model's order. If a name is listed twice, either of its digests matches. */
export function compareTensors(
  listed: ListedDigests['tensors'],
  found: readonly { name: string; digest: string }[],
): Differences {
  const rows = new Map<string, Listed>();
  const byName = new Map<string, Listed>();
  for (const { name, digest } of listed) {
    const row = rows.get(name) ?? { name: unescapeName(name), digests: [], seen: false };
    row.digests.push(digest);
    rows.set(name, row);
    // Only this program escapes names, so a name with a backslash may be escaped or literal.
    byName.set(row.name, row);
  }
  const differences: Differences = { equal: 0, altered: [], missing: [], extra: [] };
  for (const { name, digest } of found) {
    const row = byName.get(name) ?? rows.get(name);
    if (row !== undefined) row.seen = true;
    if (row === undefined) differences.extra.push({ name, found: digest });
    else if (row.digests.includes(digest)) differences.equal++;
    else differences.altered.push({ name, expected: row.digests[0] as string, found: digest });
  }
  for (const { name, digests, seen } of rows.values()) {
    if (!seen) differences.missing.push({ name, expected: digests[0] as string });
  }
  return differences;
}
