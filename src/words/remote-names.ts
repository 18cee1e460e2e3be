/** Which words of a command line are addresses or names that have to be looked up, told from paths by how they begin. */

/** No letter of a drive is among them: `C:\models` and `d:x.gguf` are paths. */
const REMOTE = /^(?:https?:\/\/|(?:hf|ms|ollama):)/i;

/** Whether a word is an address or a name that has to be looked up. A file of such a name is `./hf:…`. */
export function isRemote(target: string): boolean {
  return REMOTE.test(target);
}

/** The name of the file at the end of an address or a name of a hub; null where it does not end in one. */
export function remoteFileName(target: string): string | null {
  return /(?<![^/?#=])([^/?#=]+\.gguf)(?=[@?#]|$)/i.exec(target)?.[1] ?? null;
}

/** An address or a name of a hub as a path that looks like it. */
export function asPath(target: string): string {
  return target.replace(/^https?:\/\//i, '').replace(/^(hf|ms|ollama):/i, '$1/');
}
