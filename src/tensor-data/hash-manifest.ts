/**
 * Manifests of digests, as `gguf-explain hash` and llama-gguf-hash write them: a line for each tensor and each kind of digest,
 *
 *     sha256    c0510d38…  model.gguf:token_embd.weight
 *
 * and one without a tensor name for the whole model. Only this program writes lines for the SHA-256 of a whole file (`file`) and of
 * metadata, all of it or one key (`metadata`). The output of sha256sum is also a manifest of files, and so is the pointer that Git LFS
 * stores instead of a file. Skipped are empty lines, lines with #, the words that llama-gguf-hash adds when it checks, digests that only it
 * knows (xxh3), and ids that are not digests (uuid).
 */

import { ALGORITHM_NAMES, ALGORITHMS, type Algorithm } from './digests.js';
import { WeightsError } from './weights-error.js';

/** A line as written in the manifest. */
export interface ManifestLine {
  /** What the digest covers; absent for tensor data. */
  of?: 'file' | 'metadata';
  algorithm: Algorithm;
  /** The digest in lower case. */
  digest: string;
  /** The file name, or the file name, a colon and the tensor name. */
  subject: string;
}

const PASSED_OVER = ['xxh3', 'uuid'];

/** Enough for five kinds of digest for three times the maximum number of tensors. */
const MOST_LINES = 250_000;

/** Throws WeightsError (`bad-manifest`) at the first invalid line, and if there are more lines than any model needs. */
export function parseManifest(bytes: Uint8Array): ManifestLine[] {
  const lines: ManifestLine[] = [];
  let checked = false;
  let number = 0;
  for (const line of linesOf(textOf(bytes))) {
    number++;
    if (line.trim() === '' || line.startsWith('#')) continue;
    // The other lines of a Git LFS pointer.
    if (/^version https:\/\/git-lfs|^size \d+$/.test(line)) continue;
    // The output of llama-gguf-hash when it checks: a header line, a verdict after each line, a last line.
    if (/^manifest\s/.test(line)) {
      checked = true;
      continue;
    }
    if (checked && line.startsWith('Verification results for ')) continue;
    const ofFile = fileLine(line);
    if (ofFile !== undefined) {
      lines.push(ofFile);
      continue;
    }
    const bare = checked ? line.replace(/ {2}- {2}(Ok|Mismatch|Not Found)$/, '') : line;
    const [, kind = '', digest = '', subject = ''] = /^(\w+)[ \t]+([\w-]+)[ \t]{1,2}(.+)$/.exec(bare) ?? [];
    if (PASSED_OVER.includes(kind)) continue;
    const of = kind === 'file' || kind === 'metadata' ? kind : undefined;
    const algorithm = of === undefined ? kind : 'sha256';
    if (!isDigest(algorithm, digest) || subject === '') {
      const hint = 'a line has an algorithm, a digest and a name: sha256  0f3a…  model.gguf:token_embd.weight';
      throw new WeightsError('bad-manifest', `line ${number} is not a line of a manifest: ${line.slice(0, 60)}`, hint);
    }
    if (lines.length >= MOST_LINES) throw new WeightsError('bad-manifest', `it lists more than ${MOST_LINES} digests`);
    lines.push({ ...(of && { of }), algorithm: algorithm as Algorithm, digest: digest.toLowerCase(), subject });
  }
  return lines;
}

/** `0f3a…  model.gguf`, or `0f3a… *model.gguf` for a file read in binary mode; a backslash precedes a line whose name has escapes. */
const OF_SHA256SUM = /^(\\?)([\da-f]{64}) [ *](.+)$/i;
/** `SHA256 (model.gguf) = 0f3a…`, as written by sha256sum --tag and the BSDs. */
const TAGGED = /^SHA256 \((.+)\) = ([\da-f]{64})$/i;
/** The digest line of a Git LFS pointer, whose other lines begin with `version` and `size`. */
const OF_POINTER = /^oid sha256:([\da-f]{64})$/i;

/** A line of another program for a whole file. */
function fileLine(line: string): ManifestLine | undefined {
  const found = (digest: string, subject: string): ManifestLine => {
    return { of: 'file', algorithm: 'sha256', digest: digest.toLowerCase(), subject };
  };
  const [, escaped, sum, name = ''] = OF_SHA256SUM.exec(line) ?? [];
  if (sum !== undefined) return found(sum, escaped === '' ? name : name.replace(/\\([\\nr])/g, unescaped));
  const [, tagged, digest] = TAGGED.exec(line) ?? [];
  if (digest !== undefined) return found(digest, tagged as string);
  const [, oid] = OF_POINTER.exec(line) ?? [];
  return oid === undefined ? undefined : found(oid, '');
}

function unescaped(_: string, letter: string): string {
  return letter === 'n' ? '\n' : letter === 'r' ? '\r' : letter;
}

function isDigest(algorithm: string, digest: string): boolean {
  const row = Object.hasOwn(ALGORITHMS, algorithm) ? ALGORITHMS[algorithm as Algorithm] : undefined;
  return row !== undefined && digest.length === row.digits && /^[0-9a-f]+$/i.test(digest);
}

/** Yields lines one at a time, because a list of all of them would take several times the memory of the text. */
function* linesOf(text: string): Generator<string, void, void> {
  for (let from = 0; from <= text.length; ) {
    const end = text.indexOf('\n', from);
    const line = text.slice(from, end === -1 ? text.length : end);
    yield line.endsWith('\r') ? line.slice(0, -1) : line;
    from = end === -1 ? text.length + 1 : end + 1;
  }
}

/** Decodes UTF-8, or UTF-16, which Windows PowerShell writes for redirected output. */
function textOf(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString(buffer[0] === 0xff && buffer[1] === 0xfe ? 'utf16le' : 'utf8');
  return text.replace(/^\ufeff/, '');
}

/** The kind of digest to verify: the requested one, else the strongest one present. Throws WeightsError if there is none. */
export function algorithmOf(lines: readonly ManifestLine[], asked?: Algorithm): Algorithm {
  const ofTensors = lines.filter(({ of }) => of === undefined);
  if (ofTensors.length === 0 && lines.length > 0) return asked ?? 'sha256';
  const there = ALGORITHM_NAMES.filter((name) => ofTensors.some(({ algorithm }) => algorithm === name));
  const chosen = asked === undefined ? there[0] : there.find((name) => name === asked);
  if (chosen !== undefined) return chosen;
  const message = asked === undefined ? 'it holds no digest that can be verified' : `it holds no ${asked}`;
  const hint = there.length === 0 ? `choose from ${ALGORITHM_NAMES.join(', ')}` : `it holds ${there.join(', ')}`;
  throw new WeightsError('bad-manifest', message, hint);
}
