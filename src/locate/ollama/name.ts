/**
 * Ollama's model names: `[host/][namespace/]model[:tag]` (its types/model/name.go). The parts become folders of its store, so they must
 * follow Ollama's rules, by which none can lead out of it.
 */

export interface OllamaName {
  /** The protocol of the registry, if the name states it: `http://localhost:5000/team/model`. It is not part of the store. */
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

/** Parts begin with a letter, a digit or an underscore; not all of them allow dots and colons. */
const RULES: Readonly<Record<Part, RegExp>> = {
  host: /^\w[\w.:-]{0,349}$/,
  namespace: /^\w[\w-]{0,79}$/,
  model: /^\w[\w.-]{0,79}$/,
  tag: /^\w[\w.-]{0,79}$/,
};

/** Reads `ollama:…` and fills in omitted parts; null if it is not a model name. */
export function readOllamaName(target: string): OllamaName | null {
  const [, written, text = ''] = /^ollama:(?:(https?):\/\/|\/\/)?(.*)$/is.exec(target) ?? [];
  const scheme = written?.toLowerCase() as OllamaName['scheme'];
  const colon = text.lastIndexOf(':');
  const hasTag = colon > text.lastIndexOf('/');
  const parts = (hasTag ? text.slice(0, colon) : text).split('/');
  if (parts.length > 3) return null;
  const [model = '', namespace = NAMESPACE, host = OFFICIAL_REGISTRY] = parts.reverse();
  const tag = hasTag ? text.slice(colon + 1) : TAG;
  // A scheme requires a host.
  if (scheme !== undefined && parts.length < 3) return null;
  return sound({ ...(scheme && { scheme }), host, namespace, model, tag });
}

/** Checks the name given by four folders of the store; null for folders that Ollama would not have created. */
export function sound(name: OllamaName): OllamaName | null {
  const parts = Object.keys(RULES) as Part[];
  return parts.every((part) => RULES[part].test(name[part])) ? name : null;
}

/** The short form as in `ollama list`: `llama3.2:1b`. */
export function shortName({ host, namespace, model, tag }: OllamaName): string {
  const own = `${model}:${tag}`;
  if (host.toLowerCase() !== OFFICIAL_REGISTRY) return `${host}/${namespace}/${own}`;
  return namespace.toLowerCase() === NAMESPACE ? own : `${namespace}/${own}`;
}
