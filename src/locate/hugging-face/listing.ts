/** The models of a repository: its GGUF files, the shards of a set as one, each with the quantization that its name speaks of. */

import { boundedSum } from '../../words/bounded-sum.js';
import { groupShards, isGgufName, readShardName } from '../../words/shard-names.js';
import { DEFAULT_REVISION, type HubReference } from './reference.js';
import type { HubFile } from './repository-files.js';

/** What a file is by its name, as llama.cpp tells them apart (common/download.cpp, 2026). */
export type ListedKind = 'model' | 'projector' | 'imatrix' | 'draft';

export interface ListedModel {
  /** Of the first shard where there are several. */
  path: string;
  kind: ListedKind;
  /** Such as `Q4_K_M` or `UD-Q4_K_XL`; null where the name has none. */
  label: string | null;
  /** Of all shards that are there. */
  bytes: number;
  /** Null for a model in one file; how many shards there are, and how many there should be. */
  shards: { present: number; of: number } | null;
  /** What to type for it. */
  target: string;
}

const ORDER: readonly ListedKind[] = ['model', 'projector', 'draft', 'imatrix'];

/** Models first, then what goes with them; each kind from large to small. */
export function listModels(files: readonly HubFile[], reference: HubReference): ListedModel[] {
  const wanted = files.filter(({ path }) => isGgufName(path) && below(path, reference.path));
  // What is only called like a shard of a set stands beside it, as in every list of models.
  const models = groupShards(wanted, ({ path }) => path).flatMap(({ members, of, surplus }) => [
    listed(members, of, reference),
    ...surplus.map((file) => listed([file], null, reference)),
  ]);
  const order = (model: ListedModel) => ORDER.indexOf(model.kind);
  models.sort((a, b) => order(a) - order(b) || b.bytes - a.bytes || (a.path < b.path ? -1 : 1));
  const labeled = new Map<string, number>();
  for (const { kind, label } of models) {
    if (kind === 'model' && label !== null) labeled.set(label, (labeled.get(label) ?? 0) + 1);
  }
  // A label is enough where only one model has it.
  return models.map((model) => {
    const byLabel = model.kind === 'model' && model.label !== null && labeled.get(model.label) === 1;
    return byLabel ? { ...model, target: shortName(reference, model.label as string) } : model;
  });
}

function below(path: string, folder: string | undefined): boolean {
  return folder === undefined || path === folder || path.startsWith(`${folder}/`);
}

function listed(set: readonly HubFile[], of: number | null, reference: HubReference): ListedModel {
  const { path } = set[0] as HubFile;
  return {
    path,
    kind: kindOf(path),
    label: labelOf(path),
    bytes: boundedSum(set.map(({ bytes }) => bytes)),
    shards: of === null ? null : { present: set.length, of },
    target: targetOf(reference, path),
  };
}

/** What to type for a file. Behind an `@` in its name the revision has to be said, or it would be taken for one. */
export function targetOf(reference: HubReference, path: string): string {
  const revision = revisionOf(reference);
  return `${reference.hub}:${reference.repository}/${path}${revision === '' && path.includes('@') ? `@${reference.revision}` : revision}`;
}

function shortName(reference: HubReference, label: string): string {
  return `${reference.hub}:${reference.repository}${revisionOf(reference)}:${label}`;
}

function revisionOf({ hub, revision }: HubReference): string {
  if (revision === DEFAULT_REVISION[hub]) return '';
  return `@${/^refs\/\w+\/[^/]+$/.test(revision) ? revision : encodeURIComponent(revision)}`;
}

function kindOf(path: string): ListedKind {
  const name = nameOf(path).toLowerCase();
  if (name.includes('mmproj')) return 'projector';
  if (name.includes('imatrix')) return 'imatrix';
  return /mtp-|eagle3-|dflash-|dspark-/.test(name) ? 'draft' : 'model';
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** File types, and what people call mixes of their own (`UD-Q4_K_XL`). Bounded, as `_Q4_Q4_…` would be read anew from each of its labels. */
const LABEL = /(?:^|[-._ ])((?:UD-)?(?:(?:IQ|TQ|PQ|Q)\d\w{0,40}|BF16|FP?(?:16|32)|(?:MX|NV)FP\d\w{0,40}))(?=[-. ]|$)/gi;

/** The last label in the name of the file, or else in that of its folder. */
export function labelOf(path: string): string | null {
  const whole = readShardName(path)?.stem ?? (isGgufName(path) ? path.slice(0, -'.gguf'.length) : path);
  const parts = whole.split('/');
  for (const part of parts.slice(-2).reverse()) {
    const found = [...part.matchAll(LABEL)].at(-1);
    if (found !== undefined) return (found[1] as string).toUpperCase();
  }
  return null;
}

/** The models with a label, as people write it: in any case, and without the mark of mixes of one's own. */
export function withLabel(models: readonly ListedModel[], wanted: string): ListedModel[] {
  const name = wanted.toUpperCase();
  const exact = models.filter(({ kind, label }) => kind === 'model' && label === name);
  return exact.length > 0 ? exact : models.filter(({ kind, label }) => kind === 'model' && label === `UD-${name}`);
}
