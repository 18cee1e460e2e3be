/** What changed between two models: in their metadata, their tensors and, on request, in the bytes and the numbers of the tensors. */

import { UsageError } from '../explained-error.js';
import { compareMetadata, type MetadataDifference, sameHeaders } from '../gguf/compare-metadata.js';
import { compareTensors, type TensorComparison, type TensorPair } from '../model/compare-tensors.js';
import { globMatcher } from '../model/select.js';
import type { OpenedModel } from '../open/open-model.js';
import type { RendersByKey } from '../report/diff-metadata.js';
import { type ComparedData, diffReport } from '../report/diff-report.js';
import type { DiffReport } from '../report/diff-schema.js';
import { comparablePairs } from '../report/diff-values.js';
import { compareData, firstDifference } from '../tensor-data/compare-data.js';
import type { ValuesComparison } from '../tensor-data/compare-values.js';
import { built } from './built.js';
import type { Watch } from './watch.js';

export interface DiffQuestion {
  /** Compare the bytes of the tensors that both models have in the same type and shape. */
  data?: boolean | undefined;
  /** Compare the numbers of the tensors that both models have, even between different formats. */
  values?: boolean | undefined;
  /** The largest allowed relative error of the numbers, as a share (0.08 is 8 %). Setting it compares the numbers. */
  maxError?: number | undefined;
  /** Globs of metadata keys that are not compared. */
  ignore?: readonly string[] | undefined;
}

/**
 * Both models must be open for their data and with the bytes of their headers. Throws UsageError for a stream that would have to be read
 * twice.
 */
export async function diffModels(
  before: OpenedModel,
  after: OpenedModel,
  { data, values, maxError, ignore = [] }: DiffQuestion,
  watch: Watch,
): Promise<DiffReport> {
  const numbers = values || maxError !== undefined;
  if (data && numbers && (before.locality === 'stream' || after.locality === 'stream')) {
    const message = 'a stream can be read only once: for --data or for --values';
    throw new UsageError('bad-usage', message, 'save it to a file first');
  }
  const globs = ignore.map(globMatcher);
  const metadata = compareMetadata(before.header, after.header, (key) => globs.some((matches) => matches(key)));
  const [a, b] = [before.model, after.model];
  const tensors = compareTensors(a.tensors, b.tensors);
  const sameFile = before.realPaths !== null && String(before.realPaths) === String(after.realPaths);
  const split = before.file.set !== undefined || after.file.set !== undefined;
  const header = sameFile || (!split && sameHeaders(before.header, after.header));
  const content = data ? await compareContent(before, after, tensors, header, watch) : null;
  const compared = numbers ? await compareNumbers(before, after, comparablePairs(tensors), watch) : undefined;
  return diffReport({
    before: { name: before.name, model: a },
    after: { name: after.name, model: b },
    sameBytes: sameFile || content?.sameFile ? 'file' : header ? 'header' : 'none',
    metadata,
    renders: await renderedTemplates(metadata),
    ignored: [...ignore],
    tensors,
    data: content?.data ?? null,
    values: compared,
    maxError,
  });
}

/** For chat templates with different text: how their rendered conversations differ. The template engine is loaded only if there are any. */
async function renderedTemplates(metadata: readonly MetadataDifference[]): Promise<RendersByKey> {
  const changed = metadata.flatMap(({ before, after }) => {
    const [a, b] = [before?.value, after?.value];
    const isTemplate = before !== undefined && /^tokenizer\.chat_template(?:\.|$)/.test(before.key);
    return isTemplate && typeof a === 'string' && typeof b === 'string' ? [{ key: before.key, a, b }] : [];
  });
  if (changed.length === 0) return new Map();
  const { compareTemplates } = await import('../checks/jinja/compare-templates.js');
  return new Map(changed.slice(0, MOST_TEMPLATES).map(({ key, a, b }) => [key, compareTemplates(a, b)]));
}

/** Most templates that are rendered for a comparison; real files have only a few. */
const MOST_TEMPLATES = 16;

/** Files with the same header are first read side by side up to their first difference; digests are only computed from there on. */
async function compareContent(
  before: OpenedModel,
  after: OpenedModel,
  tensors: TensorComparison,
  header: boolean,
  watch: Watch,
): Promise<{ sameFile: boolean; data: ComparedData }> {
  const { size } = before.file;
  const [a, b] = [before.data, after.data];
  const comparable = isWhole(before) && isWhole(after) && header && size !== undefined && size === after.file.size;
  const total = 2 * tensors.alike.reduce((sum, pair) => sum + (pair.before.bytes ?? 0), 0);
  return await watch({ verb: 'compared', total }, async ({ onProgress }) => {
    const difference = comparable ? await firstDifference(a, b, size, onProgress) : 0;
    const sameUntil = difference ?? size ?? 0;
    const data = await compareData(a, b, tensors.alike, { sameUntil, onProgress });
    return { sameFile: difference === null, data };
  });
}

/** Whether all bytes of a model can be read as one file, in any order. */
function isWhole({ location, paths }: OpenedModel): boolean {
  return paths?.length === 1 || location.kind === 'memory' || location.kind === 'blob';
}

async function compareNumbers(
  before: OpenedModel,
  after: OpenedModel,
  pairs: readonly TensorPair[],
  watch: Watch,
): Promise<ValuesComparison> {
  const { compareValues } = await import('../tensor-data/compare-values.js');
  const side = ({ file, data, locality }: OpenedModel) => ({
    ...{ file, blocks: data, forwards: locality === 'stream' },
  });
  return await watch({ verb: 'compared', partial: true }, (watched) =>
    compareValues(side(before), side(after), pairs, { kernels: built('value-kernels.wasm'), ...watched }),
  );
}
