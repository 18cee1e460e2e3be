/** Whether a model can write drafts for those that are checked: the vocabularies of both are read and compared. */

import { basename } from 'node:path';
import { blamesInput, UsageError } from '../explained-error.js';
import { kindOf } from '../model/kind.js';
import { type OpenedModel, type OpenOptions, openModel } from '../open/open-model.js';
import { whyCannotDraft } from '../tokenizer/draft-vocabulary.js';
import { readVocabulary } from '../tokenizer/read-vocabulary.js';
import { TokenizerError } from '../tokenizer/tokenizer-error.js';
import type { CheckedFile, ReadFile } from './checked-files.js';

/** The model that writes drafts, and whether it was named as such. */
export interface AskedDraft {
  target: string;
  asked: boolean;
}

/** Of two files that are checked together the one that its name calls a draft, where it is one only. */
export function draftAmong(targets: readonly string[]): AskedDraft | undefined {
  const drafts = targets.filter((target) => /(?:^|[-_. ])draft(?:er)?(?:[-_. ]|$)/i.test(basename(target)));
  const [target] = drafts;
  return targets.length === 2 && drafts.length === 1 && target !== undefined ? { target, asked: false } : undefined;
}

/**
 * The same files; around each language model stands what was found of the draft. Throws as opening the draft does, where it was asked
 * for, and UsageError for a target that comes once only.
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
      if (file.target === '-') throw new UsageError('bad-usage', 'a draft is compared with files', 'name a file');
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
    // A later shard and a model without tokens have nothing to compare; what is wrong with a list is told by other rules.
    if (error instanceof TokenizerError) return file;
    throw error;
  }
}
