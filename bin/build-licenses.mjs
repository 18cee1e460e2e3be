/** The licenses of the packages whose code is bundled. The licenses ask to be passed on with the code. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Returns the text of THIRD-PARTY-LICENSES for the files that were bundled. Throws for a package that brings no license. */
export function thirdPartyLicenses(bundled) {
  const folders = new Set(bundled.flatMap((path) => packageFolder(path) ?? []));
  // Several packages of one author have the same text.
  const byText = new Map();
  for (const folder of [...folders].sort()) {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const text = licenseText(folder);
    byText.set(text, new Set(byText.get(text)).add(`${name} ${version}, ${license}`));
  }
  const parts = [...byText].map(([text, packages]) => `${[...packages].join('\n')}\n\n${text}\n`);
  return [`Packages whose code is part of gguf-explain, with their licenses.\n`, ...parts].join(
    `\n${'-'.repeat(80)}\n\n`,
  );
}

/** The `node_modules/@scope/name` part of a file's path. */
function packageFolder(path) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path.replaceAll('\\', '/'))?.[0];
}

function licenseText(folder) {
  const name = readdirSync(join(root, folder)).find((each) => /^licen[sc]e(?:[.-]|$)/i.test(each));
  if (name === undefined) throw new Error(`${folder} has no license with it`);
  return readFileSync(join(root, folder, name), 'utf8').trim();
}
