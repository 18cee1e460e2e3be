/**
 * The name of a file taken apart by the naming convention of GGUF (specification, "GGUF Naming Convention"):
 * `[sidecar-]base-size[-fine-tune][-version][-encoding][-type][-shard].gguf`. The specification's own pattern demands a version,
 * which its text and nearly all published files leave out; here it may be missing, and names may hold dots, as in Llama-3.1.
 */

import { fileTypeByName } from '../formats/file-types.js';
import { readShardName } from '../words/shard-names.js';

export interface FileNameParts {
  sidecar: string | null;
  /** Empty where the name begins with the size. */
  base: string;
  /** Such as `8B`, `8x7B` or `30B-A3B`; null where there is none. */
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

/** The parts of a name without folders; the reason why it does not follow the convention where it does not. */
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
  if (sizeAt === 0) return { why: 'the size has no name before it' };
  const size = ATTRIBUTE.test(words[sizeAt + 1] ?? '') && !ENCODING.test(words[sizeAt + 1] as string) ? 2 : 1;
  const behind = words.slice(sizeAt + size);
  const versionAt = behind.findIndex((word) => VERSION.test(word));
  const tail = versionAt < 0 ? behind.slice(-1) : behind.slice(versionAt + 1);
  if (tail.length > 1) return { why: `between version and encoding stands ${tail[0]}` };
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

/** A blob of Ollama is named after its digest, and a name that a program has given says nothing of what people call the model. */
export function isGivenByPeople(fileName: string | null): fileName is string {
  return fileName !== null && !/^sha256[-:]/.test(fileName);
}

/**
 * The file type that a name speaks of, wherever it stands in it (`llama-7b.Q4_K_M.gguf`). Null where there is none, where there are
 * several, and for names of mixes that are no file type of llama.cpp (Q4_K_XL).
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

/** Lengths of the context, as in `Qwen2.5-1M` and `mini-4k`: small models are never named in thousands of parameters. */
const CONTEXT = /k$|^(?:1|2|4|10)M$/i;

/** The size that a name speaks of, wherever it stands in it (`llama_7b.gguf`): `8B`, `8x7B`. Null where there is none. */
export function sizeInName(fileName: string): string | null {
  const words = fileName.replace(/\.gguf$/i, '').split(/[-_ ]/);
  return words.slice(1).find((word) => SIZE.test(word) && !CONTEXT.test(word)) ?? null;
}

/** Whether a name is that of a part of a model or of something that goes with one, whose parameters are not the model's. */
export function isPartByName(fileName: string): boolean {
  return readShardName(fileName) !== null || /^(?:mmproj|mtp)-|-(?:LoRA|vocab)\b/i.test(fileName);
}

const SCALES: Readonly<Record<string, number>> = { M: 1e6, B: 1e9, T: 1e12, Q: 1e15 };

/** The least and the most parameters that a size can mean: of `8x7B` the experts share what is not theirs. */
export function parametersOfSize(size: string): { least: number; most: number } {
  const [, experts = 1, number = 0, scale = ''] = /^(?:(\d+)x)?((?:\d+\.)?\d+)([A-Za-z])$/.exec(size) ?? [];
  const each = Number(number) * (SCALES[scale.toUpperCase()] ?? 0);
  return { least: each, most: each * Number(experts) };
}
