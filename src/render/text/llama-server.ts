/** How to tell llama.cpp's server which model to load. */

import { DEMO } from '../../words/demo-model.js';
import { shellWord } from './shell-word.js';

/** `hf:owner/repo`, with a quantization or a file of the repository. */
const ON_THE_HUB = /^hf:([^/@:]+\/[^/@:]+)(?::([\w.-]+)|\/([^@]+))?$/;

/**
 * The beginning of the command, up to the model: `-m` for a file, `-hf` for a repository on the Hugging Face hub (with `-hff` for one of
 * its files), `-mu` for another address. llama.cpp does not know other names, such as that of the included model: there MODEL stands for
 * the file.
 */
export function llamaServer(name: string): string {
  const [, repository, label, path] = ON_THE_HUB.exec(name) ?? [];
  if (repository !== undefined && path !== undefined) {
    return `llama-server -hf ${shellWord(repository)} -hff ${shellWord(path)}`;
  }
  if (repository !== undefined) {
    return `llama-server -hf ${shellWord(label === undefined ? repository : `${repository}:${label}`)}`;
  }
  if (/^https?:\/\//i.test(name)) return `llama-server -mu ${shellWord(name)}`;
  const isFile = !/^(?:hf|ms|ollama):/.test(name) && name !== '-' && name !== DEMO;
  return `llama-server -m ${isFile ? shellWord(name) : 'MODEL'}`;
}
