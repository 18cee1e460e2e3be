/**
 * The section on `hash`: how long the digests of a file with real data take, compared with Node's own sha256 over the same bytes, once, in
 * one process. `hash` hashes them twice, for the tensors and for the whole model. Covers the data section of the GGUF specification.
 */

import { randomFillSync } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type GeneratedFile, type GeneratedTensor, writeGeneratedFile } from '../generated-file.js';
import { observe } from '../observation.js';
import type { BenchSettings, Section, SectionResult } from '../section.js';
import { median, medianRatio, quantile } from '../statistics.js';
import { type Command, timeInTurns } from '../timing.js';
import { HASH_COLUMNS, type HashFigures, hashRow, TARGETS } from './hash-table.js';

/** The layers of an 8B model in Q4_K, with data: enough of them to come close to 1 GiB. */
const LAYERS = 8;

function layerTensors(layer: number): GeneratedTensor[] {
  const matrix = (name: string, input: number, output: number): GeneratedTensor => ({
    name: `blk.${layer}.${name}.weight`,
    dimensions: [input, output],
    type: 'Q4_K',
  });
  return [
    { name: `blk.${layer}.attn_norm.weight`, dimensions: [4096], type: 'F32' },
    matrix('attn_q', 4096, 4096),
    matrix('attn_k', 4096, 1024),
    matrix('attn_v', 4096, 1024),
    matrix('attn_output', 4096, 4096),
    { name: `blk.${layer}.ffn_norm.weight`, dimensions: [4096], type: 'F32' },
    matrix('ffn_gate', 4096, 14336),
    matrix('ffn_up', 4096, 14336),
    matrix('ffn_down', 14336, 4096),
  ];
}

/** Writes the file; its data repeats a random block, so that no file system can leave it out. */
function writeModel(path: string, layers: number): GeneratedFile {
  const tensors = Array.from({ length: layers }, (_, layer) => layerTensors(layer)).flat();
  const model = writeGeneratedFile(path, [{ key: 'general.architecture', type: 'string', value: 'llama' }], tensors);
  const block = randomFillSync(Buffer.alloc(1 << 20));
  const file = openSync(path, 'r+');
  try {
    for (let at = model.headerBytes; at < model.fileBytes; at += block.length) {
      writeSync(file, block, 0, Math.min(block.length, model.fileBytes - at), at);
    }
  } finally {
    closeSync(file);
  }
  return model;
}

/** The yardstick: all bytes after the header, read in large pieces and hashed by Node. It prints the digest. */
const PLAIN = `
  const { openSync, readSync } = require('node:fs');
  const [, path, start] = process.argv;
  const hash = require('node:crypto').createHash('sha256');
  const file = openSync(path, 'r');
  const buffer = Buffer.allocUnsafe(1 << 18);
  for (let at = Number(start), count; (count = readSync(file, buffer, 0, buffer.length, at)) > 0; at += count) {
    hash.update(buffer.subarray(0, count));
  }
  console.log(hash.digest('hex'));
`;

function commands(program: string, { path, headerBytes, tensorCount }: GeneratedFile): Command[] {
  let expected = '';
  const verify = (lines: number, digest: () => string) => (stdout: string) => {
    const printed = stdout.trimEnd().split('\n');
    if (printed.length !== lines) return `printed ${printed.length} lines, not ${lines}`;
    return printed.at(-1)?.includes(digest()) ? undefined : 'has another digest than Node';
  };
  const keep = (stdout: string) => {
    expected = stdout.trim();
    return undefined;
  };
  return [
    { name: 'Node, sha256 of the same bytes', args: ['-e', PLAIN, path, String(headerBytes)], verify: keep },
    {
      name: 'gguf-explain hash',
      args: [program, 'hash', path],
      verify: verify(tensorCount + 1, () => expected),
    },
    {
      name: 'gguf-explain hash --no-layer',
      args: [program, 'hash', '--no-layer', path],
      verify: verify(1, () => expected),
    },
    {
      name: 'gguf-explain hash --algorithm xxh64',
      args: [program, 'hash', '--algorithm', 'xxh64', path],
      verify: verify(tensorCount + 1, () => path),
    },
  ];
}

async function measure(settings: BenchSettings): Promise<SectionResult> {
  settings.progress('hash: writing the model');
  const model = writeModel(join(settings.folder, 'hash.gguf'), settings.smoke ? 1 : LAYERS);
  const tested = commands(settings.program, model);
  const samples = await timeInTurns(tested, {
    runs: settings.runs,
    warmUp: settings.warmUp,
    onRound: (round, rounds) => settings.progress(`hash: round ${round + 1} of ${rounds}`),
  });
  const bare = await observe({ name: 'node -e 0', args: ['-e', '0'] }, 1, settings.folder);
  const bytes = model.fileBytes - model.headerBytes;
  const figures: HashFigures[] = [];
  for (const [i, command] of tested.entries()) {
    settings.progress(`hash: memory of ${command.name}`);
    const { peakBytes } = await observe(command, 1, settings.folder);
    const { milliseconds } = samples[i]!;
    figures.push({
      program: command.name,
      judged: i === 1,
      medianMs: median(milliseconds),
      quartilesMs: [quantile(milliseconds, 0.25), quantile(milliseconds, 0.75)],
      ratio: medianRatio(milliseconds, samples[0]!.milliseconds),
      bytesPerSecond: bytes / (median(milliseconds) / 1000),
      peakBytesAboveNode: peakBytes - bare.peakBytes,
      samplesMs: milliseconds,
    });
  }
  return {
    title: 'Hashing a model file',
    notes: [
      `A generated file with ${(bytes / 1e6).toFixed(0)} MB of tensor data in ${model.tensorCount} tensors, in the system's memory.`,
      'Node reads and hashes all bytes once; `hash` gives the digest of each tensor and of the whole model, so it hashes all twice.',
      'llama-gguf-hash is not run here; about 130 MB/s on one core has been reported of its sha256.',
    ],
    columns: HASH_COLUMNS,
    groups: [figures.map(hashRow)],
    data: { targets: TARGETS, bytes, figures },
  };
}

/** Time and memory of digests. */
export const hash: Section = { name: 'hash', measure };
