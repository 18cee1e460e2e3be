/** Commands about language models refuse other files with a sentence that says what the file is, instead of guessing. */

import { UsageError } from '../explained-error.js';
import { kindOf } from '../model/kind.js';
import { runtimeOf, runtimeWords } from '../model/runtime.js';
import type { OpenedModel } from '../open/open-model.js';

/**
 * Throws UsageError for a model of another program than llama.cpp, and for files that were measured on a model (importance matrices) or
 * steer one (control vectors). `subject` begins the sentence, such as "Sizes by file type".
 */
export function requireLanguageModel({ name, model }: Pick<OpenedModel, 'name' | 'model'>, subject: string): void {
  const runtime = runtimeOf(model);
  if (runtime === null) return;
  const { architecture } = model.hyperparameters;
  if (model.family === null && architecture !== 'controlvector' && kindOf(model) !== 'imatrix') return;
  const hint = `${subject} need a language model; gguf-explain explain, tensors and check are about this file too`;
  throw new UsageError('not-a-language-model', `not a language model but ${runtimeWords(runtime)}`, hint).about(name);
}
