/** The report of `attention`: a prompt up to the attention of a layer, one head in full and all heads of the layers that are asked for. */

import { UsageError } from '../explained-error.js';
import type { AttentionState } from '../inference/attention-weights.js';
import type { TracedModel } from '../inference/computed-model.js';
import { TraceError } from '../inference/inference-error.js';
import type { AttentionPlan } from '../inference/plan.js';
import { attentionPlan } from '../inference/plan-attention.js';
import type { Planner } from '../inference/planner.js';
import { isRecurrence } from '../inference/recurrence.js';
import type { StateTrace } from '../inference/state-trace.js';
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
  const { planner, numbers } = model;
  const { layers } = numbers;
  // Before anything is computed: whether there are such a layer and head, and how much it will be.
  const shown = shownLayer(model, layer);
  const heads = shown.attention?.heads.count ?? 0;
  if (shown.attention !== null) checkHead(shown.layer, heads, head);
  const tokens = prompt.tokens.length;
  const weights = (heads * tokens * (tokens + 1) * (layer === undefined ? layers : 1)) / 2;
  if (everyHead) checkLength(weights, opened.name);
  const end = layer === undefined && everyHead ? layers - 1 : shown.layer;
  return await run(end, async (way) => {
    const attention: AttentionReport['attention'] = [];
    const states: StateTrace[] = [];
    let figure: AttentionState | null = null;
    const isAsked = (at: number) => (everyHead && layer === undefined) || at === shown.layer;
    const watcher = {
      attention(state: AttentionState) {
        const at = state.plan.layer;
        if (at === shown.layer) figure = state;
        if (everyHead && isAsked(at)) attention.push(headsOfLayer(state));
      },
      recurrence(trace: StateTrace) {
        if (isAsked(trace.layer)) states.push(trace);
      },
    };
    for (let at = 0; at < end; at++) await way.layer(planner.layer(at), watcher);
    const last = planner.layer(end);
    if (keepsState(planner, end)) {
      await way.layer(last, watcher);
    } else {
      const state = await way.attention(last);
      if (state !== null) watcher.attention(state);
    }
    const kept = states.reduce((sum, { lengths }) => sum + lengths.length, 0);
    if (everyHead) checkLength(weights + tokens * kept, opened.name);
    const stateHeads = states[0]?.lengths.length ?? 0;
    if (shown.attention === null && stateHeads > 0) checkHead(shown.layer, stateHeads, head);
    if (everyHead && layer === undefined && way.router !== null) attention.push(headsOfLayer(way.router));
    return attentionReport({
      ...{ name: opened.name, file: opened.file, model, tokens: prompt.tokens },
      ...{ state: figure, head, attention, states },
    });
  });
}

function checkLength(weights: number, name: string): void {
  if (weights <= MOST_WEIGHTS) return;
  const message = `JSON of ${weights} shares would be longer than anybody reads`;
  throw new UsageError('prompt-too-long', message, 'ask for one layer with --layer, or write a shorter prompt').about(
    name,
  );
}

interface Shown {
  layer: number;
  /** Null: the layer keeps a state in its place. */
  attention: AttentionPlan | null;
}

/** The layer that was asked for, or the first that attends, or the first with a state. Throws TraceError where there is neither. */
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

/** Whether a layer has a block that keeps a state, in place of attention or beside it. */
function keepsState(planner: Planner, layer: number): boolean {
  return [...planner.branches(planner.layer(layer))].some(({ branch }) => isRecurrence(branch.block));
}

function checkHead(layer: number, count: number, head: number): void {
  if (head < count) return;
  throw new UsageError('no-head', `there is no head ${head}: layer ${layer} has ${count}, counted from 0`);
}
