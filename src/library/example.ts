/**
 * A short text computed with a small model: the line EXAMPLE on the page of `explain`, and `example` in the report of `--full`. It loads
 * everything that computing needs, so `explain` imports it late, and only for files that pass `mayHaveExample`.
 */

import { workFor } from '../inference/cost.js';
import type { Location } from '../locate/location.js';
import { openModel } from '../open/open-model.js';
import type { ExampleReport } from '../report/explain-schema.js';
import type { NextTokensReport } from '../report/next-tokens-schema.js';
import type { Prompt } from '../tokenizer/prompt.js';
import { computationOf, computedFlow } from './computed-flow.js';
import type { Watch } from './watch.js';

/** The default prompt. */
export const PROMPT = 'Hello world';

/** Most multiplications for an example: they take a tenth of a second. */
const MOST_MULTIPLICATIONS = 1e8;

/** Most time for an example. On a slow disk, or with a file that takes longer than its header suggests, the page has no example. */
const MOST_MILLISECONDS = 3000;

/** What was computed, in the form of the report of `explain`. */
export function exampleReport(computed: NextTokensReport): ExampleReport {
  const { schemaVersion, file, architecture, prompt = null, ...example } = computed;
  return { prompt, ...example };
}

/** Null if it would take too long or the model cannot be computed: a missing example is not an error. */
export async function exampleOf(location: Location): Promise<ExampleReport | null> {
  try {
    await using opened = await openModel(location, { data: true, headerBytes: true });
    const computation = await computationOf(opened, { text: PROMPT }, untilDeadline(Date.now() + MOST_MILLISECONDS));
    const { model, prompt } = computation;
    const tokens = prompt.tokens.length;
    const { multiplications } = workFor(opened.file, model.output, { tokens, upTo: 'end' });
    if (multiplications > MOST_MULTIPLICATIONS || !spells(prompt.tokens)) return null;
    return exampleReport(await computedFlow(computation, { lens: true }));
  } catch {
    return null;
  }
}

/** Whether the vocabulary can spell the prompt. An example without its letters would show nothing. */
export function spells(tokens: Prompt['tokens']): boolean {
  const pieces = tokens.map(({ piece }) => piece ?? '').join('');
  return pieces.toLowerCase().includes('hello');
}

function untilDeadline(deadline: number): Watch {
  return (_, run) =>
    run({
      onBegin() {},
      onProgress() {
        if (Date.now() > deadline) throw new Error('an example takes too long');
      },
    });
}
