/**
 * Recognizes files that are not GGUF, because users point the tool at whatever a download left. One row for each format, recognized by its
 * first bytes; the text completes the sentence "this looks like …".
 */

/** The first four bytes of every GGUF file, in either byte order. */
export const MAGIC = 'GGUF';

/** Number of bytes of a file that are examined. */
export const LOOKALIKE_BYTES = 512;

interface Lookalike {
  looks: string | ((head: Buffer) => string);
  hint: string;
  matches(head: Buffer): boolean;
}

const startsWith = (text: string) => (head: Buffer) => head.toString('latin1', 0, text.length) === text;
const text = (head: Buffer) => head.toString('latin1').trimStart().toLowerCase();

/** Sizes of Whisper's vocabularies (English, multilingual, multilingual since version 3), which follow the magic. */
const WHISPER_TOKENS: ReadonlySet<number> = new Set([51864, 51865, 51866]);

const CONVERT = 'convert it first, for example with convert_hf_to_gguf.py of llama.cpp';
const DOWNLOAD = 'download the file itself';

const LOOKALIKES: readonly Lookalike[] = [
  {
    looks: 'a Git LFS pointer instead of the file itself',
    hint: 'run `git lfs pull`, or download the file itself',
    matches: startsWith('version https://git-lfs'),
  },
  {
    looks: 'an HTML page',
    hint: `the address led to a web page; ${DOWNLOAD} (on Hugging Face: /resolve/ instead of /blob/)`,
    matches: (head) => /^(<!doctype html|<html|<head)/.test(text(head)),
  },
  { looks: 'a safetensors file', hint: CONVERT, matches: isSafetensors },
  {
    looks: 'a PyTorch checkpoint (a ZIP archive of pickles)',
    hint: CONVERT,
    matches: (head) => isZip(head) && /data\.pkl|\/version|\.data\//.test(head.toString('latin1')),
  },
  { looks: 'a ZIP archive', hint: 'unpack it first', matches: isZip },
  {
    looks: 'a Python pickle, as older PyTorch checkpoints are',
    hint: CONVERT,
    matches: (head) => head[0] === 0x80 && (head[1] as number) >= 2 && (head[1] as number) <= 5,
  },
  { looks: 'a gzip archive', hint: 'unpack it first', matches: (head) => head[0] === 0x1f && head[1] === 0x8b },
  { looks: 'a Zstandard archive', hint: 'unpack it first', matches: startsWith('\x28\xb5\x2f\xfd') },
  { looks: 'an HDF5 file (Keras or TensorFlow weights)', hint: CONVERT, matches: startsWith('\x89HDF') },
  {
    looks: 'a TensorFlow Lite model',
    hint: 'such models have no GGUF form',
    matches: (head) => head.toString('latin1', 4, 8) === 'TFL3',
  },
  {
    looks: 'a Whisper model in the format of whisper.cpp',
    hint: 'whisper.cpp runs it as it is; it is not a GGUF file',
    matches: (head) => startsWith('lmgg')(head) && head.length >= 8 && WHISPER_TOKENS.has(head.readUInt32LE(4)),
  },
  {
    looks: 'a model in a format of llama.cpp from before August 2023 (GGML, GGMF, GGJT)',
    hint: 'current tools cannot read it; look for the model as GGUF',
    matches: (head) => /^(lmgg|fmgg|tjgg|algg)/.test(head.toString('latin1', 0, 4)),
  },
  {
    looks: (head) => `an importance matrix in the format of llama.cpp from before 2025: ${entriesWords(head)}`,
    hint: 'not a model: llama-quantize --imatrix accepts it as it is; llama-imatrix --in-file converts it to GGUF, which gguf-explain can read',
    matches: isOldImatrix,
  },
  {
    looks: 'a GGUF magic with its bytes reversed',
    hint: 'a big-endian GGUF still begins with the letters GGUF; the file was swapped by mistake',
    matches: startsWith('FUGG'),
  },
  { looks: 'an ONNX model', hint: 'such models have no direct GGUF form', matches: isOnnx },
  { looks: 'a JSON text', hint: DOWNLOAD, matches: (head) => /^[{[]\s*("|\{|\[|\})/.test(text(head)) },
  { looks: 'a file of zero bytes only, as a broken download leaves it', hint: 'download it again', matches: isZeros },
  {
    looks: 'a text file',
    hint: DOWNLOAD,
    matches: (head) => head.length > 0 && /^[\t\n\r\x20-\x7e]+$/.test(head.toString('latin1')),
  },
];

/**
 * An old imatrix file: the number of entries, then for each entry the name length, the name, the number of chunks, and the number of values
 * (all 32 bits).
 */
function isOldImatrix(head: Buffer): boolean {
  if (head.length < 8) return false;
  const [entries, nameBytes] = [head.readInt32LE(0), head.readInt32LE(4)];
  if (entries < 1 || entries > MOST_ENTRIES || nameBytes < 1 || nameBytes > MOST_OF_A_NAME) return false;
  const behind = 8 + nameBytes;
  if (head.length < behind + 8 || !/^[\w.-]+$/.test(head.toString('latin1', 8, behind))) return false;
  return head.readInt32LE(behind) >= 0 && head.readInt32LE(behind + 4) >= 1;
}

const MOST_ENTRIES = 1_000_000;
const MOST_OF_A_NAME = 256;

function entriesWords(head: Buffer): string {
  const entries = head.readInt32LE(0);
  const first = head.toString('latin1', 8, 8 + head.readInt32LE(4));
  return entries === 1 ? `1 entry, for ${first}` : `${entries} entries, the first for ${first}`;
}

function isZip(head: Buffer): boolean {
  return head.toString('latin1', 0, 4) === 'PK\x03\x04';
}

function isZeros(head: Buffer): boolean {
  return head.every((byte) => byte === 0);
}

/** safetensors: the length of a JSON header as u64, then the header (huggingface/safetensors, "Format"). */
function isSafetensors(head: Buffer): boolean {
  return (
    head.length > 9 && head[8] === 0x7b && head.readUInt32LE(4) === 0 && /^\{\s*("|\})/.test(head.toString('latin1', 8))
  );
}

/** ONNX: a protobuf whose first field is the version, a small varint, followed by the producer's name. */
function isOnnx(head: Buffer): boolean {
  return (
    head[0] === 0x08 &&
    (head[1] as number) > 0 &&
    (head[1] as number) < 0x20 &&
    [0x12, 0x1a, 0x3a].includes(head[2] ?? 0)
  );
}

/** What the first bytes of a file that is not GGUF look like, with advice; undefined if nothing matches. */
export function lookalike(head: Buffer): { looks: string; hint: string } | undefined {
  const found = LOOKALIKES.find((candidate) => candidate.matches(head));
  return found && { looks: typeof found.looks === 'string' ? found.looks : found.looks(head), hint: found.hint };
}
