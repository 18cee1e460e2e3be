/** Digests of the tensor data of a model, and how they compare with a manifest. */

import { isExplained } from '../explained-error.js';
import type { OpenedModel } from '../open/open-model.js';
import { type Hashed, hashReport, verificationOf } from '../report/hash-report.js';
import type { HashReport, Verification } from '../report/hash-schema.js';
import type { Algorithm } from '../tensor-data/digests.js';
import { algorithmOf, type ManifestLine, parseManifest } from '../tensor-data/hash-manifest.js';
import { hashModel } from '../tensor-data/hash-model.js';
import { type ListedDigests, listedDigests } from '../tensor-data/manifest-subjects.js';
import { requireStreamOrder, type SizedData, totalBytes, wholeTensors } from '../tensor-data/tensor-data.js';
import { compareTensors, unescapeName } from '../tensor-data/verify.js';
import { WeightsError } from '../tensor-data/weights-error.js';
import { built } from './built.js';
import type { Watch } from './watch.js';

/** Digests to compare with. */
export interface Manifest {
  /** How the report and errors call it. */
  name: string;
  lines: readonly ManifestLine[];
}

export interface HashQuestion {
  /** "sha256" where it is left out; with a manifest, that of the manifest. */
  algorithm?: Algorithm | undefined;
  /** Whether each tensor gets a digest too. */
  layer: boolean;
  /** Whether the model gets a UUID too, as llama-gguf-hash computes it. */
  uuid?: boolean | undefined;
  manifest?: Manifest | undefined;
}

/** The lines of a manifest. Throws WeightsError (`bad-manifest`) with its name. */
export function readManifest(name: string, bytes: Uint8Array): Manifest {
  return { name, lines: inManifest(name, () => parseManifest(bytes)) };
}

/**
 * @param file What a manifest calls the model.
 * @throws GgufError where the data ends early, WeightsError for a manifest of something else, and for a stream in another order.
 */
export async function hashOpened(
  opened: OpenedModel,
  file: string,
  { algorithm: asked, layer, uuid, manifest }: HashQuestion,
  watch: Watch,
): Promise<HashReport> {
  const tensors = wholeTensors(opened.file);
  if (opened.locality === 'stream') requireStreamOrder(tensors);
  const question = manifest && inManifest(manifest.name, () => questionOf(manifest.lines, asked, layer, file, tensors));
  const algorithm = question?.algorithm ?? asked ?? 'sha256';
  const digests = await watch({ verb: 'hashed', total: totalBytes(tensors) }, ({ onProgress }) =>
    hashModel(opened.data, tensors, {
      algorithm,
      perTensor: layer && question?.listed.tensors.length !== 0,
      uuid: uuid === true,
      secondThread: secondThread(opened),
      onProgress,
    }),
  );
  const hashed: Hashed = { file, algorithm, ranges: tensors, ...digests };
  return hashReport(hashed, question && manifest && verify(manifest.name, question.listed, hashed));
}

/** What is to be verified, and with which kind of digest. */
interface Question {
  algorithm: Algorithm;
  listed: ListedDigests;
}

function questionOf(
  lines: readonly ManifestLine[],
  asked: Algorithm | undefined,
  layer: boolean,
  file: string,
  ranges: readonly SizedData[],
): Question {
  const algorithm = algorithmOf(lines, asked);
  const names = new Set(ranges.map(({ name }) => name));
  const ofKind = lines.filter((line) => line.algorithm === algorithm);
  const listed = listedDigests(ofKind, file, (name) => names.has(name) || names.has(unescapeName(name)));
  if (layer) return { algorithm, listed };
  if (listed.model === undefined) throw new WeightsError('bad-manifest', 'it does not list the whole model');
  return { algorithm, listed: { ...listed, tensors: [] } };
}

function verify(manifest: string, listed: ListedDigests, { ranges, tensors, model }: Hashed): Verification {
  const found = tensors?.map((digest, i) => ({ name: ranges[i]?.name as string, digest }));
  return verificationOf({
    manifest,
    tensors: found && compareTensors(listed.tensors, found),
    model: listed.model === undefined ? undefined : { expected: listed.model, found: model },
  });
}

/** Says of an error that it is about the manifest. */
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
