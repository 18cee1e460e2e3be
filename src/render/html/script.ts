/** The text of the page's script, page-script.js. The build inserts it here, so that a built program does not read the file. */

import { readFileSync } from 'node:fs';

export const SCRIPT = readFileSync(new URL('page-script.js', import.meta.url), 'utf8');
