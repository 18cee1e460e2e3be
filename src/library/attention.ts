/** The report of `attention`: a prompt up to the attention of a layer, one head in full and all heads of the layers that are asked for. */

import { UsageError } from '../explained-error.js';
import type { AttentionState } from '../inference/attention-weights.js';
import type { TracedModel } from '../inference/computed-model.js';
import { TraceError } from '../inference/inference-error.js';
import type { AttentionPlan } from '../inference/plan.js';
import { attentionPlan } from '../inference/plan-attention.js';
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
  // Before anything is computed: whether there are such a layer and head, and how much it will be.
  const { layer: figureLayer, heads } = attendingLayer(model, layer);
  checkHead(figureLayer, heads.count, head);
  const tokens = prompt.tokens.length;
  const weights = (heads.count * tokens * (tokens + 1) * (layer === undefined ? layers : 1)) / 2;
  if (everyHead && weights > MOST_WEIGHTS) {
    const message = `JSON of ${weights} shares would be longer than anybody reads`;
    throw new UsageError('prompt-too-long', message, 'ask for one layer with --layer, or write a shorter prompt').about(
      opened.name,
    );
  }
  const end = layer === undefined && everyHead ? layers - 1 : figureLayer;
  return await run(end, async (way) => {
    const attention: AttentionReport['attention'] = [];
    let figure: AttentionState | undefined;
    const watch = (state: AttentionState) => {
      const at = state.plan.layer;
      if (at === figureLayer) figure = state;
      if (everyHead && (layer === undefined || at === layer)) attention.push(headsOfLayer(state));
    };
    for (let at = 0; at < end; at++) await way.layer(model.planner.layer(at), { attention: watch });
    const state = await way.attention(model.planner.layer(end));
    if (state !== null) watch(state);
    return attentionReport({
      ...{ name: opened.name, file: opened.file, model, tokens: prompt.tokens },
      ...{ state: figure as AttentionState, head, attention },
    });
  });
}

/** The attention of the layer that was asked for, or of the first that has one. Throws TraceError where there is none. */
function attendingLayer({ planner, numbers }: TracedModel, asked: number | undefined): AttentionPlan {
  const layers = asked === undefined ? Array.from({ length: numbers.layers }, (_, layer) => layer) : [asked];
  for (const layer of layers) {
    const plan = attentionPlan(planner, layer);
    if (plan !== null) return plan;
  }
  const what = asked === undefined ? 'no layer of this model has' : `layer ${asked} does not have`;
  throw new TraceError('no-attention', `${what} attention`);
}

function checkHead(layer: number, count: number, head: number): void {
  if (head < count) return;
  throw new UsageError('no-head', `there is no head ${head}: layer ${layer} has ${count}, counted from 0`);
}
