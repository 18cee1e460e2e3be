/** The text of the page's script, which is a file of its own beside this one. The build puts it here, so that a built program reads no file. */

import { readFileSync } from 'node:fs';

export const SCRIPT = readFileSync(new URL('page-script.js', import.meta.url), 'utf8');
