/** `list`: the models on this machine, or in the given folders. */

import { modelList } from '../../library/list.js';
import { renderList } from '../../render/text/list-page.js';
import type { ListOptions } from '../definitions/list.js';
import { printReport } from '../formats.js';
import { watchOnTerminal } from '../terminal-watch.js';

export async function run(folders: string[], { sort, duplicates, format }: ListOptions): Promise<void> {
  const question = { sort, duplicates: duplicates === true };
  await printReport(await modelList(folders, question, watchOnTerminal), format, { text: renderList });
}
