/**
 * Parses the name of a file by the naming convention of GGUF (specification, "GGUF Naming Convention"):
 * `[sidecar-]base-size[-fine-tune][-version][-encoding][-type][-shard].gguf`. The pattern in the specification requires a version, but its
 * text and nearly all published files leave it out. Here it may be missing, and names may contain dots, as in Llama-3.1.
 */

import { fileTypeByName } from '../formats/file-types.js';
import { readShardName } from '../words/shard-names.js';

export interface FileNameParts {
  sidecar: string | null;
  /** Empty if the name begins with the size. */
  base: string;
  /** For example `8B`, `8x7B` or `30B-A3B`; null if there is none. */
  size: string | null;
  fineTune: string | null;
  version: string | null;
  encoding: string | null;
  type: string | null;
  shard: string | null;
}

const SIDECARS = ['mmproj', 'mtp'];
const TYPES = ['LoRA', 'vocab'];
const SIZE = /^(?:\d+x)?(?:\d+\.)?\d+[KMBTQ]$/i;
const ATTRIBUTE = /^[A-Za-z]+(?:\d+\.)?\d+[A-Za-z]+$/;
const VERSION = /^v\d+(?:\.\d+)*$/;
const ENCODING = /^(?:UD_)?(?:IQ\d|TQ\d|P?Q\d|KQ\d|I\d|B?F\d\d|FP\d|MXFP\d|NVFP\d)\w*$/i;
const WORDS = /^[\w.+ ]+$/;

/** The parts of a name without folders, or the reason why it does not follow the convention. */
export function readFileName(fileName: string): FileNameParts | { why: string } {
  if (!fileName.endsWith('.gguf')) return { why: 'it does not end in .gguf' };
  const words = fileName.slice(0, -'.gguf'.length).split('-');
  if (words.includes('')) return { why: 'a part between two hyphens is empty' };
  const odd = words.find((word) => !WORDS.test(word));
  if (odd !== undefined) return { why: 'it has characters other than letters, digits, dots and hyphens' };
  if (words.some((word) => ENCODING.test(word.slice(word.lastIndexOf('.') + 1)) && word.includes('.'))) {
    return { why: 'the encoding follows a dot instead of a hyphen' };
  }
  const sidecar = SIDECARS.includes(words[0] as string) ? (words.shift() as string) : null;
  const shard = readShardName(fileName) === null ? null : words.splice(-3).join('-');
  const type = TYPES.includes(words.at(-1) ?? '') ? (words.pop() as string) : null;

  const sizeAt = words.findIndex((word) => SIZE.test(word));
  if (sizeAt < 0) return { why: 'it has no size such as 8B or 8x7B' };
  if (sizeAt === 0) return { why: "it starts with the size; put the model's name first" };
  const size = ATTRIBUTE.test(words[sizeAt + 1] ?? '') && !ENCODING.test(words[sizeAt + 1] as string) ? 2 : 1;
  const behind = words.slice(sizeAt + size);
  const versionAt = behind.findIndex((word) => VERSION.test(word));
  const tail = versionAt < 0 ? behind.slice(-1) : behind.slice(versionAt + 1);
  if (tail.length > 1) return { why: `unexpected ${tail[0]} between version and encoding` };
  const encoding = tail[0] !== undefined && (versionAt >= 0 || ENCODING.test(tail[0])) ? tail[0] : null;
  const fineTune = versionAt >= 0 ? behind.slice(0, versionAt) : encoding === null ? behind : behind.slice(0, -1);
  return {
    sidecar,
    base: words.slice(0, sizeAt).join('-'),
    size: words.slice(sizeAt, sizeAt + size).join('-'),
    fineTune: fineTune.length === 0 ? null : fineTune.join('-'),
    version: versionAt < 0 ? null : (behind[versionAt] as string),
    encoding,
    type,
    shard,
  };
}

/** Whether a name was given by people. Programs also generate names: a blob of Ollama is named by its digest. */
export function isGivenByPeople(fileName: string | null): fileName is string {
  return fileName !== null && !/^sha256[-:]/.test(fileName);
}

/**
 * The file type in a name, at any place (`llama-7b.Q4_K_M.gguf`). Null if there is none or several, and for mixes that are not file types
 * of llama.cpp (Q4_K_XL).
 */
export function fileTypeInName(fileName: string): string | null {
  const named = new Set<string>();
  for (const word of fileName
    .replace(/\.gguf$/i, '')
    .toUpperCase()
    .split(/[-. ]/)) {
    const fileType = fileTypeByName(word);
    if (fileType !== undefined) named.add(fileType.name);
  }
  return named.size === 1 ? ([...named][0] as string) : null;
}

/** Context lengths, as in `Qwen2.5-1M` and `mini-4k`. They are not sizes: models are not named by thousands of parameters. */
const CONTEXT = /k$|^(?:1|2|4|10)M$/i;

/** The size in a name, at any place (`llama_7b.gguf`): `8B`, `8x7B`. Null if there is none. */
export function sizeInName(fileName: string): string | null {
  const words = fileName.replace(/\.gguf$/i, '').split(/[-_ ]/);
  return words.slice(1).find((word) => SIZE.test(word) && !CONTEXT.test(word)) ?? null;
}

/** Whether a file is, by its name, a part or a companion of a model, so that its parameters are not those of the model. */
export function isPartByName(fileName: string): boolean {
  return readShardName(fileName) !== null || /^(?:mmproj|mtp)-|-(?:LoRA|vocab)\b/i.test(fileName);
}

const SCALES: Readonly<Record<string, number>> = { M: 1e6, B: 1e9, T: 1e12, Q: 1e15 };

/** The smallest and largest number of parameters that a size can mean: in `8x7B` the experts share all other tensors. */
export function parametersOfSize(size: string): { least: number; most: number } {
  const [, experts = 1, number = 0, scale = ''] = /^(?:(\d+)x)?((?:\d+\.)?\d+)([A-Za-z])$/.exec(size) ?? [];
  const each = Number(number) * (SCALES[scale.toUpperCase()] ?? 0);
  return { least: each, most: each * Number(experts) };
}
