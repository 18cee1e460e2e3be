/**
 * What Ollama calls a model: `[host/][namespace/]model[:tag]` (its types/model/name.go). The parts become folders of its store, so
 * they are held to its own rules, by which none can lead out of it.
 */

export interface OllamaName {
  /** How the registry is asked, where the name says so: `http://localhost:5000/team/model`. It is no part of the store. */
  scheme?: 'http' | 'https';
  host: string;
  namespace: string;
  model: string;
  tag: string;
}

/** The registry of names without a host. */
export const OFFICIAL_REGISTRY = 'registry.ollama.ai';
type Part = Exclude<keyof OllamaName, 'scheme'>;

const NAMESPACE = 'library';
const TAG = 'latest';

/** Parts begin with a letter, a digit or an underscore; dots and colons are not for all of them. */
const RULES: Readonly<Record<Part, RegExp>> = {
  host: /^\w[\w.:-]{0,349}$/,
  namespace: /^\w[\w-]{0,79}$/,
  model: /^\w[\w.-]{0,79}$/,
  tag: /^\w[\w.-]{0,79}$/,
};

/** Reads `ollama:…`, with the parts that may be left out; null where it names no model. */
export function readOllamaName(target: string): OllamaName | null {
  const [, written, text = ''] = /^ollama:(?:(https?):\/\/|\/\/)?(.*)$/is.exec(target) ?? [];
  const scheme = written?.toLowerCase() as OllamaName['scheme'];
  const colon = text.lastIndexOf(':');
  const hasTag = colon > text.lastIndexOf('/');
  const parts = (hasTag ? text.slice(0, colon) : text).split('/');
  if (parts.length > 3) return null;
  const [model = '', namespace = NAMESPACE, host = OFFICIAL_REGISTRY] = parts.reverse();
  const tag = hasTag ? text.slice(colon + 1) : TAG;
  // A scheme is that of a host.
  if (scheme !== undefined && parts.length < 3) return null;
  return sound({ ...(scheme && { scheme }), host, namespace, model, tag });
}

/** The name that four folders of the store stand for; null for folders that Ollama would not have made. */
export function sound(name: OllamaName): OllamaName | null {
  const parts = Object.keys(RULES) as Part[];
  return parts.every((part) => RULES[part].test(name[part])) ? name : null;
}

/** As short as `ollama list` has it: `llama3.2:1b`. */
export function shortName({ host, namespace, model, tag }: OllamaName): string {
  const own = `${model}:${tag}`;
  if (host.toLowerCase() !== OFFICIAL_REGISTRY) return `${host}/${namespace}/${own}`;
  return namespace.toLowerCase() === NAMESPACE ? own : `${namespace}/${own}`;
}
