/** Which server a target leads to, told before anything is asked of it: what is meant for one server goes by this. */

import { isRemote } from '../words/remote-names.js';
import { hubEndpoint } from './hugging-face/hub.js';
import { readHubAddress } from './hugging-face/reference.js';
import { modelScopeEndpoint } from './model-scope/hub.js';
import { registryOrigin } from './ollama/registry.js';

/**
 * The origin (`https://host:port`) that a target is asked from: that of the hub for its names and for the addresses of its pages, that of
 * the registry for the names of Ollama, that of the address for all others. Undefined for what is on this machine, and for an address that
 * cannot be read.
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
