/** `attention`: how much each token of a prompt looks at those before it, in one head in full and, as JSON, in all. */

import { UsageError } from '../../explained-error.js';
import type { AttentionState } from '../../inference/attention-weights.js';
import type { TracedModel } from '../../inference/computed-model.js';
import { TraceError } from '../../inference/inference-error.js';
import type { AttentionPlan } from '../../inference/plan.js';
import { attentionPlan } from '../../inference/plan-attention.js';
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
  // Before anything is computed: whether there are such a layer and head, and how much it will be.
  const { layer: figureLayer, heads } = attendingLayer(model, layer);
  checkHead(figureLayer, heads.count, head);
  const tokens = prompt.tokens.length;
  const shares = (heads.count * tokens * (tokens + 1) * (layer === undefined ? layers : 1)) / 2;
  if (json && shares > MOST_SHARES) {
    const message = `JSON of ${shares} shares would be longer than anybody reads`;
    throw new UsageError('prompt-too-long', message, 'ask for one layer with --layer, or write a shorter prompt').about(
      target,
    );
  }
  const end = layer === undefined && json ? layers - 1 : figureLayer;
  return run(end, async (way) => {
    const attention: AttentionReport['attention'] = [];
    let figure: AttentionState | undefined;
    const watch = (state: AttentionState) => {
      const at = state.plan.layer;
      if (at === figureLayer) figure = state;
      if (json && (layer === undefined || at === layer)) attention.push(headsOfLayer(state));
    };
    for (let at = 0; at < end; at++) await way.layer(model.planner.layer(at), { attention: watch });
    const state = await way.attention(model.planner.layer(end));
    if (state !== null) watch(state);
    if (json && layer === undefined && way.router !== null) attention.push(headsOfLayer(way.router));
    return attentionReport({
      ...{ name: target, file: opened.file, model, tokens: prompt.tokens },
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
