/** The models of a repository: its GGUF files, with the shards of a set as one model, each with the quantization in its name. */

import { boundedSum } from '../../words/bounded-sum.js';
import { groupShards, isGgufName, readShardName } from '../../words/shard-names.js';
import { DEFAULT_REVISION, type HubReference } from './reference.js';
import type { HubFile } from './repository-files.js';

/** The kind of a file by its name, as distinguished by llama.cpp (common/download.cpp, 2026). */
export type ListedKind = 'model' | 'projector' | 'imatrix' | 'draft';

export interface ListedModel {
  /** The path, of the first shard if there are several. */
  path: string;
  kind: ListedKind;
  /** Such as `Q4_K_M` or `UD-Q4_K_XL`; null if the name has none. */
  label: string | null;
  /** Total bytes of all shards that are present. */
  bytes: number;
  /** Null for a model in one file; otherwise the number of shards present, and the number expected. */
  shards: { present: number; of: number } | null;
  /** The target that a user types for it. */
  target: string;
}

const ORDER: readonly ListedKind[] = ['model', 'projector', 'draft', 'imatrix'];

/** Models first, then companion files; each kind from large to small. */
export function listModels(files: readonly HubFile[], reference: HubReference): ListedModel[] {
  const wanted = files.filter(({ path }) => isGgufName(path) && below(path, reference.path));
  // Files that are only named like shards of a set are listed separately, as in every list of models.
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
  // A label suffices if only one model has it.
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

/**
 * The target to type for a file. If its name contains an `@`, the revision must be given, or the part after the `@` would be read as one.
 */
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

/**
 * File types, and names for custom mixes (`UD-Q4_K_XL`). The length is bounded, because `_Q4_Q4_…` would otherwise be scanned again from
 * each label.
 */
const LABEL = /(?:^|[-._ ])((?:UD-)?(?:(?:IQ|TQ|PQ|Q)\d\w{0,40}|BF16|FP?(?:16|32)|(?:MX|NV)FP\d\w{0,40}))(?=[-. ]|$)/gi;

/** The last label in the file name, or else in its folder's name. */
export function labelOf(path: string): string | null {
  const whole = readShardName(path)?.stem ?? (isGgufName(path) ? path.slice(0, -'.gguf'.length) : path);
  const parts = whole.split('/');
  for (const part of parts.slice(-2).reverse()) {
    const found = [...part.matchAll(LABEL)].at(-1);
    if (found !== undefined) return (found[1] as string).toUpperCase();
  }
  return null;
}

/** The models with a label in any case, with or without the mark of custom mixes. */
export function withLabel(models: readonly ListedModel[], wanted: string): ListedModel[] {
  const name = wanted.toUpperCase();
  const exact = models.filter(({ kind, label }) => kind === 'model' && label === name);
  return exact.length > 0 ? exact : models.filter(({ kind, label }) => kind === 'model' && label === `UD-${name}`);
}
