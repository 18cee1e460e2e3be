/** `npm run upstream -- PATH`: lists what a source tree of llama.cpp has that this project does not know, and the other way round. */

import { LLAMA_CPP_VERSION } from '../../src/words/llama-cpp.js';
import { compareWith, type Difference } from './compare.js';
import { readSources } from './read-sources.js';

const [path] = process.argv.slice(2);
if (path === undefined) {
  process.stderr.write('npm run upstream -- PATH, where PATH is a source tree of llama.cpp\n');
  process.exitCode = 2;
} else {
  try {
    const differences = compareWith(readSources(path));
    const lines = [`Facts are as of llama.cpp ${LLAMA_CPP_VERSION}.`, ...differences.flatMap(linesOf)];
    process.stdout.write(`${lines.join('\n')}\n`);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 2;
  }
}

function linesOf({ what, where, count, fresh, gone, changed }: Difference): string[] {
  const told = [
    ...fresh.map((name) => `  new      ${name}`),
    ...gone.map((name) => `  gone     ${name}`),
    ...changed.map((text) => `  changed  ${text}`),
  ];
  return [`${what}: ${count}${told.length === 0 ? ', all known' : `  (${where})`}`, ...told];
}
