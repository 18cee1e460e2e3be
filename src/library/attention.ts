/** The report of `attention`: a prompt up to the attention of a layer, one head in full and all heads of the layers that are asked for. */

import { UsageError } from '../explained-error.js';
import type { AttentionState } from '../inference/attention-weights.js';
import type { TracedModel } from '../inference/computed-model.js';
import { attentionReport, headsOfLayer } from '../report/attention-report.js';
import type { AttentionReport } from '../report/attention-schema.js';
import type { Computation } from './computed-flow.js';

/** Attention weights that a report has at most. */
const MOST_WEIGHTS = 4_000_000;

export interface AttentionQuestion {
  /** Undefined: the first one in full, and all of them where heads are listed. */
  layer: number | undefined;
  /** The head that is told in full. */
  head: number;
  /** Whether the attention weights of all heads are wanted too. */
  everyHead: boolean;
}

/** Throws UsageError for a head that there is not and for more attention weights than a report can have, as the computation does for a layer. */
export async function attentionOf(
  { opened, model, prompt, run }: Computation,
  { layer, head, everyHead }: AttentionQuestion,
): Promise<AttentionReport> {
  const { layers } = model.numbers;
  const last = layer ?? (everyHead ? layers - 1 : 0);
  const figureLayer = layer ?? 0;
  // Before anything is computed: whether there are such a layer and head, and how much it will be.
  const { heads } = model.planner.attention(last);
  checkHead(model, figureLayer, head);
  const tokens = prompt.tokens.length;
  const weights = (heads.count * tokens * (tokens + 1) * (layer === undefined ? layers : 1)) / 2;
  if (everyHead && weights > MOST_WEIGHTS) {
    const message = `JSON of ${weights} shares would be longer than anybody reads`;
    throw new UsageError('prompt-too-long', message, 'ask for one layer with --layer, or write a shorter prompt').about(
      opened.name,
    );
  }
  return await run(last, async (way) => {
    const attention: AttentionReport['attention'] = [];
    let figure: AttentionState | undefined;
    for (let at = 0; at <= last; at++) {
      const state = await way.attention(model.planner.attention(at));
      if (at === figureLayer) figure = state;
      if (everyHead && (layer === undefined || at === layer)) attention.push(headsOfLayer(state));
      if (at < last) await way.layer(model.planner.layer(at), state);
    }
    return attentionReport({
      ...{ name: opened.name, file: opened.file, model, tokens: prompt.tokens },
      ...{ state: figure as AttentionState, head, attention },
    });
  });
}

function checkHead(model: TracedModel, layer: number, head: number): void {
  const { count } = model.planner.attention(layer).heads;
  if (head < count) return;
  throw new UsageError('no-head', `there is no head ${head}: layer ${layer} has ${count}, counted from 0`);
}
