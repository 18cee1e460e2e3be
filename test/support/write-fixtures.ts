/** Rewrites the folder fixtures/: `npx tsx test/support/write-fixtures.ts`. It does not touch the bundled model there. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIXTURES } from './fixtures/index.js';
import { fixtureFiles } from './fixtures/readme.js';
import { FIXTURES_FOLDER, WRITTEN_FOLDERS } from './places.js';

for (const folder of WRITTEN_FOLDERS) {
  rmSync(join(FIXTURES_FOLDER, folder), { recursive: true, force: true });
  mkdirSync(join(FIXTURES_FOLDER, folder), { recursive: true });
}
const files = fixtureFiles(FIXTURES);
for (const [path, bytes] of files) writeFileSync(join(FIXTURES_FOLDER, path), bytes);

const total = FIXTURES.reduce((sum, { bytes }) => sum + bytes.length, 0);
process.stdout.write(`${FIXTURES.length} fixtures, ${Math.ceil(total / 1024)} KiB\n`);
