/** Distinguishes addresses and hub names from paths, by the beginning of the word. */

/** No prefix is a drive letter: `C:\models` and `d:x.gguf` are paths. */
const REMOTE = /^(?:https?:\/\/|(?:hf|ms|ollama):)/i;

/** Whether a word is an address or a hub name. A file with such a name is written as `./hf:…`. */
export function isRemote(target: string): boolean {
  return REMOTE.test(target);
}

/** The file name at the end of an address or hub name; null if there is none. */
export function remoteFileName(target: string): string | null {
  return /(?<![^/?#=])([^/?#=]+\.gguf)(?=[@?#]|$)/i.exec(target)?.[1] ?? null;
}

/** Turns an address or hub name into a similar path. */
export function asPath(target: string): string {
  return target.replace(/^https?:\/\//i, '').replace(/^(hf|ms|ollama):/i, '$1/');
}
