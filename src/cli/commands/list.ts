/** `list`: the models on this machine, or in the folders that are named. */

import { availableParallelism } from 'node:os';
import { findDuplicates } from '../../library/duplicates.js';
import { type Row, readRow } from '../../library/listed-model.js';
import { knownPlaces, lookAt, namedPlaces } from '../../locate/installed.js';
import { renderList } from '../../render/text/list-page.js';
import { listReport } from '../../report/list-report.js';
import type { ListOptions } from '../definitions/list.js';
import { printReport } from '../formats.js';
import { atOnce } from '../scan/at-once.js';
import { watchOnTerminal } from '../terminal-watch.js';

export async function run(folders: string[], options: ListOptions): Promise<void> {
  const places = lookAt(folders.length > 0 ? namedPlaces(folders) : knownPlaces(process.env, process.platform));
  const found = places.flatMap((place, at) => place.models.map((model) => ({ model, at })));
  const rows: (Row & { at: number })[] = [];
  await atOnce(oneByOne(found.entries()), 2 * availableParallelism(), async ([i, { model, at }]) => {
    rows[i] = { ...(await readRow(model)), at };
  });
  const filled = places.map(({ where, folder, exists }, at) => {
    return { where, folder, exists, rows: rows.filter((row) => row.at === at) };
  });
  const duplicates = options.duplicates ? await findDuplicates(rows, watchOnTerminal) : undefined;
  await printReport(listReport(filled, options.sort, duplicates), options.format, { text: renderList });
}

async function* oneByOne<T>(things: Iterable<T>): AsyncGenerator<T, void, void> {
  yield* things;
}
