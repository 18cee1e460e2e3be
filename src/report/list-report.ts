/** The report of `list`: rows in the requested order, and sums in which every file counts once. */

import { metadataValue } from '../gguf/decode.js';
import { stringOrNull } from '../model/hyperparameters.js';
import { isModelByItself, kindOf } from '../model/kind.js';
import { mainType, readLabel } from '../model/label.js';
import type { Model } from '../model/model.js';
import { sumTotals } from '../model/totals.js';
import { boundedSum } from '../words/bounded-sum.js';
import { shorten } from '../words/shorten.js';
import type { ListOrder } from './list-orders.js';
import type { DuplicatesReport, ListedModel, ListPlace, ListReport } from './list-schema.js';

/** The facts about a model that come from its header. */
export type HeaderFacts = Pick<ListedModel, 'architecture' | 'parameters' | 'type'> & {
  name: string | null;
  kind: string;
};

/** More than any row can show; a name in a file can be almost as long as the file. */
const MOST_OF_A_NAME = 300;

export function headerFacts(model: Model): HeaderFacts {
  const label = readLabel(model);
  const name = stringOrNull(metadataValue(model.file, 'general.name'));
  const { architecture } = model.hyperparameters;
  return {
    name: name === null || name.trim() === '' ? null : shorten(name, MOST_OF_A_NAME),
    kind: shorten(kindOf(model), MOST_OF_A_NAME),
    architecture: architecture === null ? null : shorten(architecture, MOST_OF_A_NAME),
    parameters: sumTotals(model.tensors).parameters,
    type: label === null ? (mainType(model.tensors)?.type ?? null) : (label.fileType?.name ?? `id ${label.id}`),
  };
}

/** A row and its files, each with its unique identity. */
export interface ListRow {
  model: ListedModel;
  files: readonly { id: string; bytes: number }[];
}

export function listReport(
  places: readonly (Pick<ListPlace, 'where' | 'folder' | 'exists'> & { rows: readonly ListRow[] })[],
  order: ListOrder,
  duplicates?: DuplicatesReport,
): ListReport {
  const rows = places.flatMap((place) => place.rows);
  const models = rows.map(({ model }) => model);
  // For the order `where`, rows keep the order of their place, so that companions stay next to their model.
  if (order !== 'where') models.sort((a, b) => ORDERS[order](a, b) || byName(a, b));
  const read = rows.filter(({ model }) => model.error === undefined);
  const whole = read.filter(({ model }) => isModelByItself(model.kind));
  return {
    schemaVersion: 1,
    places: places.map(({ where, folder, exists, rows: own }) => ({
      ...{ where, folder, exists },
      rows: own.length,
      bytes: bytesOf(own),
    })),
    models,
    totals: {
      models: whole.length,
      companions: read.length - whole.length,
      unreadable: rows.length - read.length,
      bytes: bytesOf(rows),
    },
    ...(duplicates === undefined ? {} : { duplicates }),
  };
}

/** Files that names share, by links or as layers of Ollama, are on the disk only once. */
function bytesOf(rows: readonly ListRow[]): number {
  const files = new Map(rows.flatMap((row) => row.files.map(({ id, bytes }) => [id, bytes])));
  return boundedSum(files.values());
}

type Order = (a: ListedModel, b: ListedModel) => number;

/** Texts from A to Z, amounts and dates from the largest; unknown values come last. */
const ORDERS: Readonly<Record<Exclude<ListOrder, 'where'>, Order>> = {
  name: byName,
  size: (a, b) => b.bytes - a.bytes,
  arch: (a, b) => byText(a.architecture, b.architecture),
  params: (a, b) => (b.parameters ?? -1) - (a.parameters ?? -1),
  type: (a, b) => byText(a.type, b.type),
  modified: (a, b) => -byText(a.modified ?? '', b.modified ?? ''),
};

function byName(a: ListedModel, b: ListedModel): number {
  return byText(a.name, b.name) || byText(a.target, b.target);
}

function byText(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const [one, other] = [a.toLowerCase(), b.toLowerCase()];
  return one === other ? 0 : one < other ? -1 : 1;
}
