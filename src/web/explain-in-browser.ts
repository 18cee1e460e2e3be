/**
 * What a thread of the page in the browser does with a model: it gives the body of the page that `explain --format html` writes, first of the
 * header, and then with a prompt that was computed. Nothing of the file leaves the browser.
 */

import { explainFile } from '../explain.js';
import { ExplainedError, isExplained } from '../explained-error.js';
import { tracedModel } from '../inference/computed-model.js';
import { requireLanguageModel } from '../library/language-model.js';
import { storyOf } from '../library/story.js';
import type { Watch } from '../library/watch.js';
import { interpret } from '../model/model.js';
import type { ModelWithData } from '../open/open-model.js';
import { type PageBody, pageBody } from '../render/html/page-body.js';
import type { ExplainReport } from '../report/explain-schema.js';
import { fullExplainReport } from '../report/full-explain-report.js';
import { vocabularyOf } from '../tokenizer/word-tokens.js';
import { formatBytes } from '../words/format-quantity.js';
import { type ModelAtAddress, modelAtAddress } from './address.js';
import { type ModelInFiles, modelInFiles, type NamedBlob } from './sources.js';

/** What the page wants to see. */
export interface Order {
  /** Files of one model, or an address that somebody wrote. */
  source: { files: readonly NamedBlob[] } | { address: string };
  /** Null: the usual one, if that is little work. */
  prompt: string | null;
}

/** A page without the generator of its pieces, which cannot be sent from a thread. */
export type DrawnPage = Omit<PageBody, 'pieces'> & { markup: string };

/** What became of the prompt: it was computed, or was not, or no prompt can be with this model. The last two are sentences. */
export interface ToldPrompt {
  prompt: string | null;
  notComputed: string | null;
  whyNot: string | null;
}

/** What the page is told, in this order. */
export interface Answers {
  /** Bytes of the header that have been read. */
  onRead(bytes: number): void;
  /** The page of the header, before any data is read. Not where a prompt was asked for. */
  onHeader(page: DrawnPage): void;
  /** The share of the computation that is done, from 0 to 1. */
  onComputed(share: number): void;
  /** The page with what was read and computed. */
  onStory(page: DrawnPage, told: ToldPrompt): void;
}

/** Weights that are computed with: of more than this each prompt takes minutes. */
const MOST_WEIGHTS = 4 * 2 ** 30;

/** Time that a prompt may take: for one that nobody asked for a moment, for another as long as somebody may wait. */
const MOST_SECONDS = { unasked: 20, asked: 600 };

/** Throws ExplainedError, GgufError among them, and the browser's errors where a file has gone. */
export async function explainInBrowser({ source, prompt }: Order, answers: Answers): Promise<void> {
  let read = 0;
  const onBytes = (bytes: number) => {
    read += bytes;
    answers.onRead(read);
  };
  const sourced: ModelInFiles | ModelAtAddress =
    'files' in source ? modelInFiles(source.files, onBytes) : await modelAtAddress(source.address, onBytes);
  const { file, name } = sourced;
  const report = fullExplainReport(await explainFile(file, name), interpret(file));
  if (sourced.bytes === undefined) {
    answers.onStory(drawn(report), { prompt: null, notComputed: null, whyNot: NOT_HERE });
    return;
  }
  if (prompt === null) answers.onHeader(drawn(report));
  const opened = openedModel(sourced);
  const seconds = prompt === null ? MOST_SECONDS.unasked : MOST_SECONDS.asked;
  const told = await storyOf(opened, prompt === null ? null : { text: prompt }, watched(answers.onComputed, seconds));
  const notComputed = told.story?.notComputed ?? null;
  answers.onStory(drawn({ ...report, ...told }), {
    ...{ prompt: told.example?.prompt ?? null, notComputed },
    whyNot: notComputed === null ? null : whyNever(opened),
  });
}

const NOT_HERE = 'The weights are not on this machine. Download the file and open it here to compute a prompt.';

function drawn(report: ExplainReport): DrawnPage {
  const { pieces, ...page } = pageBody(report);
  return { ...page, markup: [...pieces].join('') };
}

function openedModel({ name, file, bytes: { header, data } }: ModelInFiles): ModelWithData {
  return {
    ...{ name, file, model: interpret(file), header: { file, source: header }, data },
    // No thread of Node opens the file by a path.
    ...{ locality: 'local', realPaths: null },
  };
}

/** A sentence on what keeps the page from computing any prompt with a model; null where another prompt may do. */
function whyNever({ name, model, file, header }: ModelWithData): string | null {
  try {
    requireLanguageModel({ name, model }, 'Prompts');
    tracedModel(file);
    const weights = file.tensors.reduce((sum, tensor) => sum + (tensor.bytes ?? 0), 0);
    if (weights > MOST_WEIGHTS) {
      return `This model has ${formatBytes(weights)} of weights, and this page computes prompts with up to ${formatBytes(MOST_WEIGHTS)}.`;
    }
    const vocabulary = vocabularyOf(header);
    if ('missing' in vocabulary) throw vocabulary.missing;
    return null;
  } catch (error) {
    if (isExplained(error)) return `No prompt can be computed with this file: ${error.message}.`;
    throw error;
  }
}

/** Tells the share that is done, and ends what takes too long. */
function watched(onComputed: Answers['onComputed'], seconds: number): Watch {
  const deadline = Date.now() + seconds * 1000;
  return (_, run) => {
    let total = 1;
    return run({
      onBegin(bytes) {
        total = Math.max(1, bytes);
      },
      onProgress(bytes) {
        if (Date.now() > deadline) {
          const message = `computing it takes longer than ${seconds} seconds in this browser`;
          throw new ExplainedError('took-too-long', message, 'try a shorter prompt');
        }
        onComputed(Math.min(1, bytes / total));
      },
    });
  };
}
