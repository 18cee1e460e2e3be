/**
 * What the worker of the page in the browser does with a model: it returns the body of the page that `explain --format html` writes, first
 * for the header only, then with a computed prompt. Nothing from the file leaves the browser.
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

/** What the page asks for. */
export interface Order {
  /** Files of one model, or an address that the user typed. */
  source: { files: readonly NamedBlob[] } | { address: string };
  /** Null: the default prompt, if computing it is quick. */
  prompt: string | null;
}

/** A page whose markup is one text: a generator of pieces cannot be sent from a worker. */
export type DrawnPage = Omit<PageBody, 'pieces'> & { markup: string };

/** What happened to the prompt: it was computed, it was not, or no prompt can be computed with this model. The last two are sentences. */
export interface ToldPrompt {
  prompt: string | null;
  notComputed: string | null;
  whyNot: string | null;
}

/** Callbacks to the page, in this order. */
export interface Answers {
  /** Bytes of the header that have been read. */
  onRead(bytes: number): void;
  /** The page for the header, before any data is read. Not called if a prompt was asked for. */
  onHeader(page: DrawnPage): void;
  /** The share of the computation that is done, from 0 to 1. */
  onComputed(share: number): void;
  /** The page with what was read and computed. */
  onStory(page: DrawnPage, told: ToldPrompt): void;
}

/** Most bytes of weights for a prompt: with more, each prompt takes minutes. */
const MOST_WEIGHTS = 4 * 2 ** 30;

/** Time limits for a prompt: short for the default one, which the user did not ask for; as long as a user may want to wait for a typed one. */
const MOST_SECONDS = { unasked: 20, asked: 600 };

/** Throws ExplainedError (also GgufError), and the browser's errors if a file has disappeared. */
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
    // In a browser no thread opens the file by its path.
    ...{ locality: 'local', realPaths: null },
  };
}

/** A sentence on why the page cannot compute any prompt with this model; null if it may be able to. */
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

/** Reports the share that is done, and stops work that takes too long. */
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
