/** `attention`: how much each token of a prompt looks at those before it, in one head in full and, as JSON, in all. */

import { UsageError } from '../../explained-error.js';
import type { AttentionState } from '../../inference/attention-weights.js';
import type { TracedModel } from '../../inference/computed-model.js';
import type { Computation } from '../../library/computed-flow.js';
import { renderAttention } from '../../render/text/attention-page.js';
import { attentionReport, headsOfLayer } from '../../report/attention-report.js';
import type { AttentionReport } from '../../report/attention-schema.js';
import type { AttentionOptions } from '../definitions/attention.js';
import { withComputation } from '../flow/open-inference.js';
import { typedPrompt } from '../flow/typed-prompt.js';
import { printReport } from '../formats.js';
import { modelFirst } from '../model-argument.js';

/** Shares that are printed as JSON at most. */
const MOST_SHARES = 4_000_000;

export async function run(
  first: string,
  second: string | undefined,
  { layer, head = 0, tokens, format }: AttentionOptions,
): Promise<void> {
  const [target, prompt] = second === undefined ? [first, undefined] : modelFirst(first, second);
  const asked: Asked = { target, layer, head, json: format === 'json' };
  const report = await withComputation(target, typedPrompt(prompt, tokens), (computation) =>
    compute(computation, asked),
  );
  await printReport(report, format, { text: renderAttention });
}

interface Asked {
  target: string;
  /** Undefined: the first one for the page, all for JSON. */
  layer: number | undefined;
  head: number;
  json: boolean;
}

function compute(
  { opened, model, prompt, run }: Computation,
  { target, layer, head, json }: Asked,
): Promise<AttentionReport> {
  const { layers } = model.numbers;
  const last = layer ?? (json ? layers - 1 : 0);
  const figureLayer = layer ?? 0;
  // Before anything is computed: whether there are such a layer and head, and how much it will be.
  const { heads } = model.planner.attention(last);
  checkHead(model, figureLayer, head);
  const tokens = prompt.tokens.length;
  const shares = (heads.count * tokens * (tokens + 1) * (layer === undefined ? layers : 1)) / 2;
  if (json && shares > MOST_SHARES) {
    const message = `JSON of ${shares} shares would be longer than anybody reads`;
    throw new UsageError('prompt-too-long', message, 'ask for one layer with --layer, or write a shorter prompt').about(
      target,
    );
  }
  return run(last, async (way) => {
    const attention: AttentionReport['attention'] = [];
    let figure: AttentionState | undefined;
    for (let at = 0; at <= last; at++) {
      const state = await way.attention(model.planner.attention(at));
      if (at === figureLayer) figure = state;
      if (json && (layer === undefined || at === layer)) attention.push(headsOfLayer(state));
      if (at < last) await way.layer(model.planner.layer(at), state);
    }
    return attentionReport({
      ...{ name: target, file: opened.file, model, tokens: prompt.tokens },
      ...{ state: figure as AttentionState, head, attention },
    });
  });
}

function checkHead(model: TracedModel, layer: number, head: number): void {
  const { count } = model.planner.attention(layer).heads;
  if (head < count) return;
  throw new UsageError('no-head', `there is no head ${head}: layer ${layer} has ${count}, counted from 0`);
}
