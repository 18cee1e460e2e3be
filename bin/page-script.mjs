/**
 * Plugins of the builds that put the script of the HTML page into the program. In development, the program reads the script from its own
 * file.
 */

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transformSync } from 'esbuild';

export const pageScript = withScript((text) => text);

/** The same script without the parts that only people need, for a page that is downloaded with the program in it. */
export const smallPageScript = withScript((text) => transformSync(text, { minify: true, charset: 'utf8' }).code.trim());

function withScript(made) {
  return {
    name: 'page-script',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]render[\\/]html[\\/]script\.ts$/ }, ({ path }) => {
        const text = readFileSync(join(dirname(path), 'page-script.js'), 'utf8');
        return { contents: `export const SCRIPT = ${JSON.stringify(made(text))};` };
      });
    },
  };
}
