/** A plugin of the builds: it puts the script of the HTML page into the program, which reads it from its own file in development. */

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const pageScript = {
  name: 'page-script',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]render[\\/]html[\\/]script\.ts$/ }, ({ path }) => ({
      contents: `export const SCRIPT = ${JSON.stringify(readFileSync(join(dirname(path), 'page-script.js'), 'utf8'))};`,
    }));
  },
};
