/**
 * Builds dist/web/index.html: the page that explains a GGUF file in the browser, as one file. Its policy names its own scripts and style
 * sheet by their digests. It sends requests only to the address that the user types.
 */

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, transformSync } from 'esbuild';
import { Buffer as BrowserBuffer } from '../src/web/buffer.js';
import { smallPageScript } from './page-script.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

const common = {
  ...{ absWorkingDir: root, bundle: true, write: false, logLevel: 'warning', legalComments: 'none' },
  plugins: [smallPageScript, inPlaceOfNode(), withoutDelay()],
};

/**
 * Turns late imports into static ones: the page is one file, so loading late saves nothing. esbuild would wrap each module that a late
 * import reaches in a function, and could not remove unused code from it.
 */
function withoutDelay() {
  return {
    name: 'without-delay',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => {
        const imports = [];
        const contents = readFileSync(path, 'utf8').replace(/(await )?\bimport\(('[^']+')\)/g, (_, waits, from) => {
          const name = `late${imports.length}`;
          imports.push(`import * as ${name} from ${from};`);
          return waits ? name : `Promise.resolve(${name})`;
        });
        return { contents: `${contents}\n${imports.join('\n')}`, loader: 'ts' };
      });
    },
  };
}

/** In a browser, the modules that need Node are replaced by those of src/web/without-node.ts. */
function inPlaceOfNode() {
  return {
    name: 'in-place-of-node',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /\/(?:choose-matmul|built|simd-kernels)\.js$/ }, () => ({
        path: join(root, 'src/web/without-node.ts'),
      }));
      // esbuild keeps all of a module that is used as an object. Only one class of this module is needed.
      onResolve({ filter: /^@huggingface\/tokenizers$/ }, ({ namespace, path, resolveDir }) =>
        namespace === 'one-class' ? undefined : { path, namespace: 'one-class', pluginData: resolveDir },
      );
      onLoad({ filter: /./, namespace: 'one-class' }, ({ path, pluginData }) => ({
        contents: `export { BPE } from '${path}';`,
        resolveDir: pluginData,
      }));
      // What is left is imported only by functions that the page does not call, so nothing of it is in the bundle.
      onResolve({ filter: /^node:/ }, ({ path }) => ({ path, external: true, sideEffects: false }));
    },
  };
}

/** The values that a module exports, in the form that this script can use. */
async function exportsOf(path) {
  const { outputFiles } = await build({ ...common, entryPoints: [path], format: 'esm', platform: 'node' });
  return await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

async function appScript() {
  const { outputFiles } = await build({
    ...common,
    ...{ entryPoints: ['src/web/app.js'], inject: ['src/web/buffer.js'], format: 'iife', platform: 'browser' },
    ...{ target: 'es2022', minify: true, charset: 'utf8' },
    // The policy does not allow WebAssembly, so the loop in JavaScript is used.
    define: { WebAssembly: 'undefined' },
    // Part of a module that is left out of the bundle.
    logOverride: { 'empty-import-meta': 'silent' },
  });
  const { text } = outputFiles[0];
  const [left] = /"node:[\w/]+"/.exec(text) ?? [];
  if (left !== undefined) throw new Error(`the page in the browser would need ${left}`);
  const numbers = [...text.matchAll(/\.((?:read|write)(?:Big)?U?(?:Int|Float|Double)\w*)\(/g)].map(([, name]) => name);
  const lacking = numbers.find((name) => !(name in BrowserBuffer.alloc(0)));
  if (lacking !== undefined) throw new Error(`src/web/buffer.js has no ${lacking}, which the page would need`);
  return text.trim().replaceAll('</script', '<\\/script');
}

const digest = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const { STYLE, ICON } = await exportsOf('src/render/html/style.ts');
const { SCRIPT } = await exportsOf('src/render/html/script.ts');
const app = await appScript();
const css = STYLE + readFileSync(join(root, 'src/web/app.css'), 'utf8');
const style = transformSync(css, { loader: 'css', minify: true }).code.trim();
const policy = [
  "default-src 'none'",
  `script-src ${digest(app)} ${digest(SCRIPT)}`,
  `style-src ${digest(style)}`,
  'worker-src blob:',
  'img-src data:',
  'connect-src https: http://localhost:* http://127.0.0.1:*',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
const page = readFileSync(join(root, 'src/web/index.html'), 'utf8')
  .replace('{policy}', () => policy)
  .replace('{icon}', () => ICON)
  .replace('/* style */', () => style)
  .replace('/* script */', () => app);
const path = join(root, 'dist/web/index.html');
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, page);
process.stdout.write(
  `dist/web/index.html: ${page.length} characters, ${gzipSync(page, { level: 9 }).length} bytes in gzip\n`,
);
