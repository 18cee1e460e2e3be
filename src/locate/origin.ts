/** Which server a target leads to, determined without any request: settings for one server depend on this. */

import { isRemote } from '../words/remote-names.js';
import { hubEndpoint } from './hugging-face/hub.js';
import { readHubAddress } from './hugging-face/reference.js';
import { modelScopeEndpoint } from './model-scope/hub.js';
import { registryOrigin } from './ollama/registry.js';

/**
 * The origin (`https://host:port`) from which a target is requested: the hub's for its names and page addresses, the registry's for names
 * of Ollama, the address's own for all others. Undefined for local targets, and for an invalid address.
 */
export function originOf(target: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  if (!isRemote(target)) return undefined;
  if (/^ollama:/i.test(target)) return registryOrigin(target, env);
  if (/^ms:/i.test(target)) return modelScopeEndpoint(env).origin;
  const endpoint = hubEndpoint(env);
  if (/^hf:/i.test(target)) return endpoint.origin;
  if (!URL.canParse(target)) return undefined;
  const url = new URL(target);
  return readHubAddress(url, endpoint) === null ? url.origin : endpoint.origin;
}
