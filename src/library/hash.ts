/** Digests of the tensor data of a model, and their comparison with a manifest. */

import { isExplained } from '../explained-error.js';
import type { OpenedModel } from '../open/open-model.js';
import { comparedMetadata, type Hashed, hashReport, verificationOf } from '../report/hash-report.js';
import type { HashReport, Verification } from '../report/hash-schema.js';
import type { Algorithm } from '../tensor-data/digests.js';
import type { WholeFile } from '../tensor-data/file-digests.js';
import { algorithmOf, type ManifestLine, parseManifest } from '../tensor-data/hash-manifest.js';
import { hashModel } from '../tensor-data/hash-model.js';
import { type ListedDigests, listedDigests, listedFiles, unescapeName } from '../tensor-data/manifest-subjects.js';
import { metadataDigests } from '../tensor-data/metadata-digests.js';
import { requireStreamOrder, type SizedData, totalBytes, wholeTensors } from '../tensor-data/tensor-data.js';
import { compareTensors } from '../tensor-data/verify.js';
import { WeightsError } from '../tensor-data/weights-error.js';
import { built } from './built.js';
import type { Watch } from './watch.js';

/** Digests to compare with. */
export interface Manifest {
  /** Name of the manifest in the report and in errors. */
  name: string;
  lines: readonly ManifestLine[];
}

export interface HashQuestion {
  /** Default: "sha256"; with a manifest, its algorithm. */
  algorithm?: Algorithm | undefined;
  /** Whether each tensor gets a digest too. */
  layer: boolean;
  /** Whether the model gets a UUID too, as llama-gguf-hash computes it. */
  uuid?: boolean | undefined;
  /** Whether the files as a whole and the metadata get digests too. */
  file?: boolean | undefined;
  manifest?: Manifest | undefined;
}

/** Reads the lines of a manifest. Throws WeightsError (`bad-manifest`) with its name. */
export function readManifest(name: string, bytes: Uint8Array): Manifest {
  return { name, lines: inManifest(name, () => parseManifest(bytes)) };
}

/** Whether the bytes of the header are needed, so that the model must be opened with them. */
export function needsHeaderBytes({ file, manifest }: Pick<HashQuestion, 'file' | 'manifest'>): boolean {
  return file === true || manifest?.lines.some(({ of }) => of !== undefined) === true;
}

/**
 * @param file The name of the model in a manifest.
 * @throws GgufError if the data ends early; WeightsError for a manifest of another model, and for a stream whose tensors are in another
 * order.
 */
export async function hashOpened(
  opened: OpenedModel,
  file: string,
  { algorithm: asked, layer, uuid, file: wholeFile, manifest }: HashQuestion,
  watch: Watch,
): Promise<HashReport> {
  const tensors = wholeTensors(opened.file);
  if (opened.locality === 'stream') requireStreamOrder(tensors);
  const names = fileNames(opened, file);
  const question =
    manifest && inManifest(manifest.name, () => questionOf(manifest.lines, asked, layer, { file, names, tensors }));
  const algorithm = question?.algorithm ?? asked ?? 'sha256';
  const ofFiles = wholeFile || question?.files !== undefined;
  const digests = await watch({ verb: 'hashed', total: totalBytes(tensors) }, ({ onProgress }) =>
    hashModel(opened.data, tensors, {
      algorithm,
      perTensor: layer && question?.listed.tensors.length !== 0,
      uuid: uuid === true,
      secondThread: secondThread(opened),
      files: ofFiles ? filesOf(opened) : undefined,
      onProgress,
    }),
  );
  const files = ofFiles ? digests.files.map((one, i) => ({ file: names[i] as string, ...one })) : undefined;
  const metadata =
    wholeFile || question?.metadata !== undefined ? metadataDigests(opened.header, opened.file) : undefined;
  const hashed: Hashed = { file, algorithm, ranges: tensors, ...digests, files, metadata };
  return hashReport(hashed, question && manifest && verify(manifest.name, question, hashed));
}

/** The names of the model's files: `file`, or, for a split model, those in its folder. */
function fileNames({ file: { set }, location }: OpenedModel, file: string): string[] {
  if (set === undefined || location.kind !== 'shards') return [file];
  return set.files.map(({ fileName, number }) => {
    const shard = location.shards.find((one) => one.number === number);
    return shard?.location.path ?? shard?.location.name ?? fileName;
  });
}

/** The byte range of each file of the model. The start of a stream is passed already, so its kept bytes are used. */
export function filesOf(opened: OpenedModel): WholeFile[] {
  const { set, size, headerBytes } = opened.file;
  if (set !== undefined) {
    return set.files.map(({ start, file }) => ({
      start,
      end: file.size === undefined ? undefined : start + file.size,
    }));
  }
  if (opened.locality !== 'stream') return [{ start: 0, end: size }];
  const head = Buffer.alloc(headerBytes);
  opened.header.source.readAt(head, 0, headerBytes, 0);
  return [{ start: 0, end: undefined, head }];
}

/** What to verify, and with which kind of digest. */
interface Question {
  algorithm: Algorithm;
  listed: ListedDigests;
  /** Expected digests of the model's files; undefined if the manifest lists no files. */
  files: (string | undefined)[] | undefined;
  metadata: ListedDigests | undefined;
}

function questionOf(
  lines: readonly ManifestLine[],
  asked: Algorithm | undefined,
  layer: boolean,
  { file, names, tensors }: { file: string; names: readonly string[]; tensors: readonly SizedData[] },
): Question {
  const algorithm = algorithmOf(lines, asked);
  const tensorNames = new Set(tensors.map(({ name }) => name));
  const ofKind = lines.filter((line) => line.of === undefined && line.algorithm === algorithm);
  const isTensor = (name: string) => tensorNames.has(name) || tensorNames.has(unescapeName(name));
  const listed = ofKind.length === 0 ? NOTHING : listedDigests(ofKind, file, isTensor);
  const ofFiles = lines.filter(({ of }) => of === 'file');
  const ofMetadata = lines.filter(({ of }) => of === 'metadata');
  const more = {
    files: ofFiles.length === 0 ? undefined : listedFiles(ofFiles, names),
    metadata: ofMetadata.length === 0 ? undefined : listedDigests(ofMetadata, file, () => false),
  };
  if (layer) return { algorithm, listed, ...more };
  if (listed.model === undefined && more.files === undefined) {
    throw new WeightsError('bad-manifest', 'it does not list the whole model');
  }
  return { algorithm, listed: { ...listed, tensors: [] }, ...more };
}

const NOTHING: ListedDigests = { model: undefined, tensors: [] };

function verify(manifest: string, { listed, files, metadata }: Question, hashed: Hashed): Verification {
  const { ranges, tensors, model } = hashed;
  const found = tensors?.map((digest, i) => ({ name: ranges[i]?.name as string, digest }));
  return verificationOf({
    manifest,
    tensors: found && compareTensors(listed.tensors, found),
    model: listed.model === undefined ? undefined : { expected: listed.model, found: model },
    files:
      files &&
      hashed.files?.map(({ file, digest }, i) => ({
        file,
        ...(files[i] === undefined ? {} : { expected: files[i] }),
        found: digest,
      })),
    metadata:
      metadata &&
      hashed.metadata &&
      comparedMetadata(
        {
          all: metadata.model,
          keys: metadata.tensors.map(({ name, digest }) => ({ name: unescapeName(name), digest })),
        },
        hashed.metadata,
      ),
  });
}

/** Adds to an error that it is about the manifest. */
function inManifest<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw isExplained(error) ? error.about(name) : error;
  }
}

/** A second thread needs a file on this disk, and the built worker. */
function secondThread({ paths }: OpenedModel): { path: string; program: string } | undefined {
  const program = built('worker.cjs');
  const [path, ...others] = paths ?? [];
  return path === undefined || others.length > 0 || program === undefined ? undefined : { path, program };
}
