/** Whether a model can draft for the checked models: the vocabularies of both are read and compared. */

import { basename } from 'node:path';
import { blamesInput, UsageError } from '../explained-error.js';
import { kindOf } from '../model/kind.js';
import { type OpenedModel, type OpenOptions, openModel } from '../open/open-model.js';
import { whyCannotDraft } from '../tokenizer/draft-vocabulary.js';
import { readVocabulary } from '../tokenizer/read-vocabulary.js';
import { TokenizerError } from '../tokenizer/tokenizer-error.js';
import type { CheckedFile, ReadFile } from './checked-files.js';

/** The draft model, and whether the user named it as one. */
export interface AskedDraft {
  target: string;
  asked: boolean;
}

/** If exactly two files are checked and the name of exactly one says "draft", that one. */
export function draftAmong(targets: readonly string[]): AskedDraft | undefined {
  const drafts = targets.filter((target) => /(?:^|[-_. ])draft(?:er)?(?:[-_. ]|$)/i.test(basename(target)));
  const [target] = drafts;
  return targets.length === 2 && drafts.length === 1 && target !== undefined ? { target, asked: false } : undefined;
}

/**
 * The same files, where each language model gets the verdict on the draft in its surroundings. Throws UsageError for a stream as target,
 * which can be read only once, and, if the user named the draft, what opening it throws.
 */
export async function* withDraft(
  files: AsyncIterable<CheckedFile>,
  { target, asked }: AskedDraft,
  options: OpenOptions,
): AsyncGenerator<CheckedFile, void, void> {
  let draft: OpenedModel | undefined;
  try {
    for await (const file of files) {
      if ('error' in file || file.target === target || kindOf(file.model) !== 'model') {
        yield file;
        continue;
      }
      if (file.target === '-')
        throw new UsageError('bad-usage', 'a draft cannot be compared with a model from standard input', 'name a file');
      draft ??= await openOrNot(target, asked, options);
      yield draft === undefined ? file : await beside(file, draft, asked, options);
    }
  } finally {
    await draft?.close();
  }
}

async function openOrNot(target: string, asked: boolean, options: OpenOptions): Promise<OpenedModel | undefined> {
  try {
    return await openModel(target, options);
  } catch (error) {
    if (!asked && blamesInput(error)) return undefined;
    throw error;
  }
}

async function beside(file: ReadFile, draft: OpenedModel, asked: boolean, options: OpenOptions): Promise<ReadFile> {
  await using target = await openModel(file.target, options);
  try {
    const why = whyCannotDraft(readVocabulary(target.header), readVocabulary(draft.header));
    return { ...file, surroundings: { ...file.surroundings, draft: { fileName: basename(draft.name), why, asked } } };
  } catch (error) {
    // A later shard and a model without tokens have nothing to compare. Other rules report what is wrong with a token list.
    if (error instanceof TokenizerError) return file;
    throw error;
  }
}
