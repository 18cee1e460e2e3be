/** `hash`: digests of the tensor data, written as a manifest or compared with one. */

import { createRequire } from 'node:module';
import { isExplained } from '../../explained-error.js';
import { fileChunks } from '../../io/open-file.js';
import { systemError } from '../../locate/locate-error.js';
import type { OpenedModel } from '../../open/open-model.js';
import { aboutTarget } from '../../open/read-header.js';
import { hashLines } from '../../render/text/hash-lines.js';
import { renderVerification } from '../../render/text/verification-page.js';
import { type Hashed, hashReport, verificationOf } from '../../report/hash-report.js';
import type { HashReport, Verification } from '../../report/hash-schema.js';
import type { Algorithm } from '../../tensor-data/digests.js';
import { algorithmOf, type ManifestLine, parseManifest } from '../../tensor-data/hash-manifest.js';
import { hashModel } from '../../tensor-data/hash-model.js';
import { type ListedDigests, listedDigests } from '../../tensor-data/manifest-subjects.js';
import { requireStreamOrder, type TensorRange, tensorRanges, totalBytes } from '../../tensor-data/tensor-ranges.js';
import { compareTensors, unescapeName } from '../../tensor-data/verify.js';
import { WeightsError } from '../../tensor-data/weights-error.js';
import { EXIT } from '../exit-codes.js';
import { locateTarget } from '../locate-target.js';
import { openTarget } from '../open-target.js';
import { printReport } from '../print-report.js';
import { withProgress } from '../progress.js';
import { UsageError } from '../usage-error.js';

export interface HashOptions {
  algorithm?: Algorithm;
  /** False with --no-layer. */
  layer: boolean;
  uuid?: boolean;
  verify?: string;
  json?: boolean;
}

export async function hashCommand(target: string, options: HashOptions): Promise<void> {
  const manifest = options.verify === undefined ? undefined : await readManifest(options.verify, target);
  const typed = locateTarget(target);
  const report = await naming(target, async () => {
    await using opened = await openTarget(target, { data: true });
    return await hash(opened, typed.path ?? typed.name, options, manifest);
  });
  await printReport(report, options.json, report.verification === undefined ? hashLines : renderVerification);
  if (report.verification?.verdict === 'different') process.exitCode = EXIT.findings;
}

/** `file` is what the manifest calls it. */
async function hash(
  model: OpenedModel,
  file: string,
  options: HashOptions,
  lines?: ManifestLine[],
): Promise<HashReport> {
  const ranges = tensorRanges(model.file);
  if (model.locality === 'stream') requireStreamOrder(ranges);
  const question =
    lines === undefined ? undefined : inManifest(options, () => questionOf(lines, options, file, ranges));
  const algorithm = question?.algorithm ?? options.algorithm ?? 'sha256';
  const { uuid, layer } = options;
  const digests = await withProgress('hashed', totalBytes(ranges), ({ at }) =>
    hashModel(model.data, ranges, {
      algorithm,
      perTensor: layer && question?.listed.tensors.length !== 0,
      uuid: uuid === true,
      secondThread: secondThread(model.paths),
      onProgress: at,
    }),
  );
  const hashed: Hashed = { file, algorithm, ranges, ...digests };
  return hashReport(hashed, question && verify(options.verify as string, question.listed, hashed));
}

/** What is to be verified, and with which kind of digest. */
interface Question {
  algorithm: Algorithm;
  listed: ListedDigests;
}

function questionOf(
  lines: readonly ManifestLine[],
  options: HashOptions,
  file: string,
  ranges: readonly TensorRange[],
): Question {
  const algorithm = algorithmOf(lines, options.algorithm);
  const names = new Set(ranges.map(({ name }) => name));
  const ofKind = lines.filter((line) => line.algorithm === algorithm);
  const listed = listedDigests(ofKind, file, (name) => names.has(name) || names.has(unescapeName(name)));
  if (options.layer) return { algorithm, listed };
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

/** A manifest of as many tensors as a header may have, with each kind of digest, has a tenth of this. */
const MOST_MANIFEST_BYTES = 64 * 1024 * 1024;

async function readManifest(path: string, target: string): Promise<ManifestLine[]> {
  if (path === '-' && target === '-') {
    throw new UsageError('bad-manifest', 'the model and the manifest cannot both come through standard input');
  }
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const piece of fileChunks(path === '-' ? null : path)) {
      bytes += piece.length;
      // Pipes and devices do not say how long they are.
      if (bytes > MOST_MANIFEST_BYTES) {
        const message = `${path}: it is too large for a manifest, which has at most ${MOST_MANIFEST_BYTES / 1024 / 1024} MiB`;
        throw new UsageError('bad-manifest', message);
      }
      pieces.push(piece);
    }
  } catch (error) {
    throw (error as NodeJS.ErrnoException).syscall === undefined ? error : systemError(path, error);
  }
  return inManifest({ verify: path }, () => parseManifest(Buffer.concat(pieces, bytes)));
}

/** Says of an error that it is about the manifest. */
function inManifest<T>({ verify }: Pick<HashOptions, 'verify'>, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw isExplained(error) && verify !== undefined ? error.about(verify) : error;
  }
}

/** Says of an error which model it is about. */
async function naming<T>(target: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw aboutTarget(error, target);
  }
}

/** The thread's program stands beside the built command line; run from its source, the program does without. */
function secondThread(paths: OpenedModel['paths']): { path: string; program: string } | undefined {
  const [path, ...others] = paths ?? [];
  if (path === undefined || others.length > 0) return undefined;
  try {
    return { path, program: createRequire(import.meta.url).resolve('./hash-worker.cjs') };
  } catch {
    return undefined;
  }
}
