/**
 * llama.cpp's own cache, in which files are named `owner_repository_file.gguf` (`fs_get_cache_directory` in common/common.cpp). Since 2026
 * it downloads into the hub's cache instead; a folder named by LLAMA_CACHE has the hub's layout.
 */

import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

export function llamaCppFolder(env: Environment, platform: NodeJS.Platform): string {
  if (env.LLAMA_CACHE) return env.LLAMA_CACHE;
  return join(cachesOf(env, platform), 'llama.cpp');
}

function cachesOf(env: Environment, platform: NodeJS.Platform): string {
  if (platform === 'win32' && env.LOCALAPPDATA) return env.LOCALAPPDATA;
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches');
  return env.XDG_CACHE_HOME || join(homedir(), '.cache');
}
