/**
 * What Ollama calls a model: `[host/][namespace/]model[:tag]` (its types/model/name.go). The parts become folders of its store, so
 * they are held to its own rules, by which none can lead out of it.
 */

export interface OllamaName {
  host: string;
  namespace: string;
  model: string;
  tag: string;
}

const HOST = 'registry.ollama.ai';
const NAMESPACE = 'library';
const TAG = 'latest';

/** Parts begin with a letter, a digit or an underscore; dots and colons are not for all of them. */
const RULES: Readonly<Record<keyof OllamaName, RegExp>> = {
  host: /^\w[\w.:-]{0,349}$/,
  namespace: /^\w[\w-]{0,79}$/,
  model: /^\w[\w.-]{0,79}$/,
  tag: /^\w[\w.-]{0,79}$/,
};

/** Reads `ollama:…`, with the parts that may be left out; null where it names no model. */
export function readOllamaName(target: string): OllamaName | null {
  const text = target.replace(/^ollama:(?:\/\/)?/i, '');
  const colon = text.lastIndexOf(':');
  const hasTag = colon > text.lastIndexOf('/');
  const parts = (hasTag ? text.slice(0, colon) : text).split('/');
  if (parts.length > 3) return null;
  const [model = '', namespace = NAMESPACE, host = HOST] = parts.reverse();
  return sound({ host, namespace, model, tag: hasTag ? text.slice(colon + 1) : TAG });
}

/** The name that four folders of the store stand for; null for folders that Ollama would not have made. */
export function sound(name: OllamaName): OllamaName | null {
  const parts = Object.keys(RULES) as (keyof OllamaName)[];
  return parts.every((part) => RULES[part].test(name[part])) ? name : null;
}

/** As short as `ollama list` has it: `llama3.2:1b`. */
export function shortName({ host, namespace, model, tag }: OllamaName): string {
  const own = `${model}:${tag}`;
  if (host.toLowerCase() !== HOST) return `${host}/${namespace}/${own}`;
  return namespace.toLowerCase() === NAMESPACE ? own : `${namespace}/${own}`;
}
