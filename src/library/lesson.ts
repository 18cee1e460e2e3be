/**
 * A lesson with the numbers of a model, and with a look at its data: a row, a few weights, one block. It reads a few kilobytes, wherever
 * the model is; only the lesson with a product reads more.
 */

import { isExplained, UsageError } from '../explained-error.js';
import { dequantizer } from '../formats/dequantize.js';
import { explainBlock } from '../formats/explain-block.js';
import type { TensorType } from '../formats/tensor-types.js';
import type { TracedModel } from '../inference/computed-model.js';
import { workFor } from '../inference/cost.js';
import type { ModelTensor } from '../model/model.js';
import { tokenTable } from '../model/token-table.js';
import { hasNoTokens } from '../model/tokenizers.js';
import type { ModelWithData, OpenedModel } from '../open/open-model.js';
import type { PromptToken } from '../report/attention-schema.js';
import type { Lens } from '../report/lens-schema.js';
import { lessonReport } from '../report/lesson-report.js';
import type { LessonReport } from '../report/lesson-schema.js';
import { blockMatrix, exampleMatrix, type LessonSample } from '../report/lesson-subjects.js';
import { readRows } from '../tensor-data/read-blocks.js';
import { isReadable, tensorDataOf } from '../tensor-data/tensor-data.js';
import { pieceText } from '../tokenizer/piece-text.js';
import { readVocabulary } from '../tokenizer/read-vocabulary.js';
import { LESSONS, type Lesson } from '../words/lessons.js';
import { nearMiss } from '../words/near-miss.js';
import { requireLanguageModel } from './language-model.js';
import type { Watch } from './watch.js';

/** How many numbers of a row a lesson prints. */
const SHOWN = 6;

/** The lesson with this name. Throws UsageError if there is none. */
export function lessonNamed(name: string): Lesson {
  const lesson = LESSONS.find(({ id }) => id === name);
  if (lesson !== undefined) return lesson;
  throw noSuchLesson(name);
}

export function noSuchLesson(name: string): UsageError {
  const names = LESSONS.map(({ id }) => id);
  const meant = nearMiss(name, names);
  const hint = `${meant === undefined ? '' : `did you mean ${meant}? `}The lessons are ${names.join(', ')}`;
  return new UsageError('no-such-lesson', `"${name}" is not a lesson`, hint);
}

/**
 * The report of `learn`. The model must be open for its data and with the bytes of its header. `bundled` is what a user types for the
 * included model.
 */
export async function lessonOf(lesson: Lesson, opened: OpenedModel, bundled: string): Promise<LessonReport> {
  requireLanguageModel(opened, 'Lessons');
  const { name, model } = opened;
  const sample = await lessonSample(opened);
  const lens = lesson.id === 'lens' && isNear(opened) ? await lensOfToken(opened, sample.token) : null;
  return lessonReport(lesson, { name, bundled, model, sample, lens });
}

/** Most bytes of matrices that a lesson downloads. */
const MOST_FROM_AFAR = 1024 * 1024;

/** Whether the first layer can be computed without downloading much. */
function isNear({ locality, file }: OpenedModel): boolean {
  if (locality === 'remote') return workFor(file, null, { tokens: 1, upTo: 0 }).bytes <= MOST_FROM_AFAR;
  return locality === 'local';
}

/** One product with a token's own vector; null if the model cannot be computed, because the lesson works without it. */
async function lensOfToken(opened: OpenedModel, token: LessonSample['token']): Promise<Lens | null> {
  if (token === undefined) return null;
  const [{ computationOf }, { lensOf }] = await Promise.all([import('./computed-flow.js'), import('./lens.js')]);
  const unwatched: Watch = (_, run) => run({ onBegin() {}, onProgress() {} });
  try {
    const { prompt, run, model } = await computationOf(opened, { ids: [token.id] }, unwatched);
    const shown = { layer: 0, token: prompt.tokens[0] as PromptToken };
    const { planner } = model.passes[0] as TracedModel['passes'][number];
    const first = planner.layer(0);
    return await run(0, (way) => lensOf(way, { model: opened.model, planner }, shown, () => way.attention(first)));
  } catch (error) {
    if (isExplained(error)) return null;
    throw error;
  }
}

/**
 * What can be read of the model's data; the rest is left out. The model must be open for its data and with the bytes of its header. Reads
 * in file order, because a stream gives its bytes once.
 */
async function lessonSample(opened: OpenedModel): Promise<LessonSample> {
  const { model } = opened;
  const sample: LessonSample = {};
  const table = tokenTable(model);
  if (table !== undefined) sample.token = chooseToken(opened, table.dimensions[1] ?? 0);
  const wanted: { tensor: ModelTensor; row: number; take: (bytes: Uint8Array, type: TensorType) => void }[] = [];
  const { littleEndian } = model.file;
  const matrix = exampleMatrix(model);
  if (table !== undefined && sample.token !== undefined) {
    const row = sample.token.id;
    wanted.push({
      tensor: table,
      row,
      take: (bytes, type) => Object.assign(sample, some('row', numbers(type, bytes, littleEndian))),
    });
  }
  if (matrix !== undefined) {
    wanted.push({
      tensor: matrix,
      row: 0,
      take: (bytes, type) => Object.assign(sample, some('weights', numbers(type, bytes, littleEndian))),
    });
  }
  const blocks = blockMatrix(model);
  if (blocks !== undefined) {
    wanted.push({
      tensor: blocks,
      row: 0,
      take: (bytes, type) => Object.assign(sample, some('block', explainBlock(type, bytes, littleEndian))),
    });
  }
  const places = wanted.flatMap(({ tensor, ...rest }) => {
    const data = tensorDataOf(model.file, tensor);
    return isReadable(data) ? [{ ...rest, data, at: data.position + rest.row * data.rowBytes }] : [];
  });
  for (const { data, row, take } of places.sort((a, b) => a.at - b.at)) {
    const { type, rowLength } = data;
    // As many blocks from the start of the row as the shown numbers need.
    const blocks = Math.min(Math.ceil(SHOWN / type.blockElements), rowLength / type.blockElements);
    const bytes = new Uint8Array(blocks * type.blockBytes);
    try {
      if ((await readRows(data, opened.data, row, bytes)) === bytes.length) take(bytes, type);
    } catch {
      // A part of the example that cannot be read is left out.
    }
  }
  return sample;
}

function some<Key extends string, Value>(key: Key, value: Value | undefined): Partial<Record<Key, Value>> {
  return value === undefined ? {} : ({ [key]: value } as Record<Key, Value>);
}

function numbers(type: TensorType, bytes: Uint8Array, littleEndian: boolean): number[] | undefined {
  const dequantize = dequantizer(type, littleEndian);
  if (dequantize === undefined) return undefined;
  const blocks = bytes.length / type.blockBytes;
  const values = new Float32Array(blocks * type.blockElements);
  dequantize(bytes, 0, blocks, values, 0);
  return [...values.subarray(0, SHOWN)];
}

/** Words that most vocabularies have, as their tokenizers write them. */
const COMMON = ['▁the', 'Ġthe', '▁The', 'the', '▁a'];

/** A common word as token, or `otherwise` if the vocabulary has none. */
export function chooseToken(
  { header }: Pick<ModelWithData, 'header'>,
  rows: number,
): { id: number; piece: string | null } {
  const otherwise = Math.min(42, Math.max(0, rows - 1));
  try {
    const vocabulary = readVocabulary(header);
    // Such a file may still have a list, of empty pieces.
    if (hasNoTokens(vocabulary.model)) return { id: otherwise, piece: null };
    const known = COMMON.flatMap((piece) => vocabulary.idOf(piece) ?? []).find((id) => id < rows);
    const id = known ?? otherwise;
    return { id, piece: pieceText(vocabulary, id) ?? null };
  } catch {
    return { id: otherwise, piece: null };
  }
}
