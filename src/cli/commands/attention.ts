/** `attention`: how much each token of a prompt looks at those before it, in one head in full and, as JSON, in all. */

import { UsageError } from '../../explained-error.js';
import type { AttentionState } from '../../inference/attention-weights.js';
import type { TracedModel } from '../../inference/computed-model.js';
import type { Watcher } from '../../inference/forward-pass.js';
import { TraceError } from '../../inference/inference-error.js';
import type { AttentionPlan } from '../../inference/plan.js';
import { attentionPlan } from '../../inference/plan-attention.js';
import type { Planner } from '../../inference/planner.js';
import { isRecurrence } from '../../inference/recurrence.js';
import type { StateTrace } from '../../inference/state-trace.js';
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
  const { planner, numbers } = model;
  const { layers } = numbers;
  // Before anything is computed: whether there are such a layer and head, and how much it will be.
  const shown = shownLayer(model, layer);
  checkHead(shown.layer, shown.attention?.heads.count ?? null, head);
  const tokens = prompt.tokens.length;
  const heads = shown.attention?.heads.count ?? 0;
  const shares = (heads * tokens * (tokens + 1) * (layer === undefined ? layers : 1)) / 2;
  if (json) checkLength(shares, target);
  const end = layer === undefined && json ? layers - 1 : shown.layer;
  return run(end, async (way) => {
    const attention: AttentionReport['attention'] = [];
    const states: StateTrace[] = [];
    let figure: AttentionState | null = null;
    const isAsked = (at: number) => (json ? layer === undefined || at === layer : at === shown.layer);
    const watcher: Watcher = {
      attention(state) {
        const at = state.plan.layer;
        if (at === shown.layer) figure = state;
        if (json && isAsked(at)) attention.push(headsOfLayer(state));
      },
      recurrence(trace) {
        if (isAsked(trace.layer)) states.push(trace);
      },
    };
    for (let at = 0; at < end; at++) await way.layer(planner.layer(at), watcher);
    const last = planner.layer(end);
    if (keepsState(planner, end)) {
      await way.layer(last, watcher);
    } else {
      const state = await way.attention(last);
      if (state !== null) watcher.attention?.(state);
    }
    if (shown.attention === null) checkHead(shown.layer, states[0]?.lengths.length || null, head);
    if (json) checkLength(shares + tokens * states.reduce((sum, { lengths }) => sum + lengths.length, 0), target);
    return attentionReport({
      ...{ name: target, file: opened.file, model, tokens: prompt.tokens },
      ...{ state: figure, head, attention, states },
    });
  });
}

/** Throws UsageError for more numbers than anybody reads. */
function checkLength(shares: number, target: string): void {
  if (shares <= MOST_SHARES) return;
  const message = `JSON of ${shares} shares would be longer than anybody reads`;
  throw new UsageError('prompt-too-long', message, 'ask for one layer with --layer, or write a shorter prompt').about(
    target,
  );
}

/**
 * The layer that was asked for, or the first that attends, or that keeps a state where none attends. Throws TraceError where there
 * is neither.
 */
function shownLayer({ planner, numbers }: TracedModel, asked: number | undefined): Shown {
  const layers = asked === undefined ? Array.from({ length: numbers.layers }, (_, layer) => layer) : [asked];
  for (const layer of layers) {
    const attention = attentionPlan(planner, layer);
    if (attention !== null) return { layer, attention };
  }
  const layer = layers.find((one) => keepsState(planner, one));
  if (layer !== undefined) return { layer, attention: null };
  const what = asked === undefined ? 'no layer of this model has' : `layer ${asked} does not have`;
  throw new TraceError('no-attention', `${what} attention`);
}

interface Shown {
  layer: number;
  /** Null: the layer keeps a state in its place. */
  attention: AttentionPlan | null;
}

/** Whether a layer has a block that keeps a state, in place of attention or beside it. */
function keepsState(planner: Planner, layer: number): boolean {
  return [...planner.branches(planner.layer(layer))].some(({ branch }) => isRecurrence(branch.block));
}

/** `count`: heads of attention; null: the layer has none, and its state tells how many there are. */
function checkHead(layer: number, count: number | null, head: number): void {
  if (count === null || head < count) return;
  throw new UsageError('no-head', `there is no head ${head}: layer ${layer} has ${count}, counted from 0`);
}
