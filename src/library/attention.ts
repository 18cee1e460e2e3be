/** The report of `attention`: a prompt up to the attention of a layer, one head in full and all heads of the layers that are asked for. */

import { UsageError } from '../explained-error.js';
import type { AttentionState } from '../inference/attention-weights.js';
import type { Pass, TracedModel } from '../inference/computed-model.js';
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
  // Before anything is computed: whether there are such a layer and head, and how much it will be.
  const shown = attendingLayer(model, layer);
  checkHead(shown.plan.layer, shown.plan.heads.count, head);
  const weights = everyHead ? weightsOf(model, shown.plan, layer, prompt.tokens.length) : 0;
  if (weights > MOST_WEIGHTS) {
    const message = `JSON of ${weights} shares would be longer than anybody reads`;
    throw new UsageError('prompt-too-long', message, 'ask for one layer with --layer, or write a shorter prompt').about(
      opened.name,
    );
  }
  const ends = endsOf(model, shown, layer, everyHead);
  return await run(ends.at(-1)?.end ?? 0, async (way) => {
    const attention: AttentionReport['attention'] = [];
    let figure: AttentionState | undefined;
    for (const { pass, end, whole } of ends) {
      const watch = (state: AttentionState) => {
        const at = state.plan.layer;
        if (pass === shown.pass && at === shown.plan.layer) figure ??= state;
        const kind = state.plan.crosses ? 'cross' : pass.name;
        if (everyHead && (layer === undefined || at === layer)) attention.push(headsOfLayer(state, kind));
      };
      await way.enter(pass);
      const before = whole ? end + 1 : end;
      for (let at = 0; at < before; at++) await way.layer(pass.planner.layer(at), { attention: watch });
      const state = whole ? null : await way.attention(pass.planner.layer(end));
      if (state !== null) watch(state);
    }
    const { decoderStart } = model;
    return attentionReport({
      ...{ name: opened.name, file: opened.file, model, tokens: prompt.tokens },
      decoderTokens: decoderStart === null ? [] : [{ id: decoderStart, piece: prompt.pieceOf(decoderStart) }],
      ...{ state: figure as AttentionState, pass: shown.pass.name, head, attention },
    });
  });
}

/** A stack of layers that is gone through up to a layer: to its attention, or through it. */
interface End {
  pass: Pass;
  end: number;
  whole: boolean;
}

/**
 * How far each stack is gone through: to the layer of the figure, or for all heads as far as there is attention to tell. A stack before
 * another one is gone through whole, and so is the last layer of a decoder, which attends twice.
 */
function endsOf({ passes }: TracedModel, shown: Shown, layer: number | undefined, everyHead: boolean): End[] {
  const last = everyHead ? passes.length - 1 : passes.indexOf(shown.pass);
  return passes.slice(0, last + 1).map((pass, i) => {
    const most = pass.planner.numbers.layers - 1;
    if (i < last) return { pass, end: most, whole: true };
    const asked = everyHead ? Math.min(layer ?? most, most) : shown.plan.layer;
    return { pass, end: asked, whole: pass.name === 'decoder' };
  });
}

/** Attention weights of all heads of the layers that are wanted, as far as the first of them tells. */
function weightsOf(
  { numbers }: TracedModel,
  { heads, sees }: AttentionPlan,
  layer: number | undefined,
  tokens: number,
): number {
  const each = sees === 'all' ? tokens * tokens : (tokens * (tokens + 1)) / 2;
  return heads.count * each * (layer === undefined ? numbers.layers : 1);
}

interface Shown {
  pass: Pass;
  plan: AttentionPlan;
}

/** The attention of the layer that was asked for, or of the first that has one. Throws TraceError where there is none. */
function attendingLayer({ passes }: TracedModel, asked: number | undefined): Shown {
  for (const [i, pass] of passes.entries()) {
    const { layers } = pass.planner.numbers;
    // The last stack tells of layers that no stack has.
    if (asked !== undefined && asked >= layers && i < passes.length - 1) continue;
    for (const layer of asked === undefined ? Array.from({ length: layers }, (_, at) => at) : [asked]) {
      const plan = attentionPlan(pass.planner, layer);
      if (plan !== null) return { pass, plan };
    }
  }
  const what = asked === undefined ? 'no layer of this model has' : `layer ${asked} does not have`;
  throw new TraceError('no-attention', `${what} attention`);
}

function checkHead(layer: number, count: number, head: number): void {
  if (head < count) return;
  throw new UsageError('no-head', `there is no head ${head}: layer ${layer} has ${count}, counted from 0`);
}
