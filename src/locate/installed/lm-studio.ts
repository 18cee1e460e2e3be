/**
 * LM Studio's folders: `models/<publisher>/<repository>/<file>` in its home, and the download folder from its settings. The home is
 * `~/.lmstudio`, before 2025 `~/.cache/lm-studio`, or the one named in `~/.lmstudio-home-pointer`.
 */

import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { readSmallFile } from '../../io/file.js';
import { parseJson } from '../bounded-json.js';

/** Possible folders of models, whether or not they exist. */
export function lmStudioFolders(): string[] {
  const own = homedir();
  const pointed = textOf(join(own, '.lmstudio-home-pointer'))?.trim();
  const usual = [join(own, '.lmstudio'), join(own, '.cache', 'lm-studio')];
  const homes = pointed && isAbsolute(pointed) ? [pointed, ...usual] : usual;
  const downloads = homes.flatMap((home) => downloadsFolder(join(home, 'settings.json')) ?? []);
  return [...new Set([...homes.map((home) => join(home, 'models')), ...downloads])];
}

/** `downloadsFolder` of the settings; undefined if it is not an absolute path. */
function downloadsFolder(settings: string): string | undefined {
  try {
    const { value } = parseJson(textOf(settings) ?? '{}');
    const folder = (value as { downloadsFolder?: unknown } | null | undefined)?.downloadsFolder;
    return typeof folder === 'string' && isAbsolute(folder) ? folder : undefined;
  } catch {
    return undefined;
  }
}

/** Maximum bytes of the settings file, which is small. */
const MOST_BYTES = 1024 * 1024;

function textOf(path: string): string | undefined {
  try {
    return readSmallFile(path, MOST_BYTES);
  } catch {
    return undefined;
  }
}
