/** The report of `attention`: computes a prompt up to the attention of a layer, and shows one head in full and, if asked for, all heads. */

import { UsageError } from '../explained-error.js';
import type { AttentionState } from '../inference/attention-weights.js';
import type { Pass, TracedModel } from '../inference/computed-model.js';
import { TraceError } from '../inference/inference-error.js';
import type { AttentionPlan } from '../inference/plan.js';
import { attentionPlan } from '../inference/plan-attention.js';
import type { Planner } from '../inference/planner.js';
import { isRecurrence } from '../inference/recurrence.js';
import type { StateTrace } from '../inference/state-trace.js';
import { attentionReport, headsOfLayer } from '../report/attention-report.js';
import type { AttentionReport } from '../report/attention-schema.js';
import { headPatterns } from '../report/head-patterns.js';
import { formatInteger } from '../words/format-quantity.js';
import type { Computation } from './computed-flow.js';

/** Most attention weights that a report may have. */
const MOST_WEIGHTS = 4_000_000;

export interface AttentionQuestion {
  /** Undefined: the first layer with attention for the head in full, and all layers for `everyHead`. */
  layer: number | undefined;
  /** The head that is shown in full. */
  head: number;
  /**
   * Whether to report all heads too: where they look, in the chosen layer or in every layer, and their attention weights, either of the
   * same layers or only of the layer of `head`.
   */
  everyHead: false | 'weights' | 'weights-of-one-layer';
}

/**
 * Throws UsageError for a head that does not exist and for more attention weights than a report may have, and TraceError for a layer
 * without attention.
 */
export async function attentionOf(
  { opened, model, prompt, run }: Computation,
  { layer, head, everyHead }: AttentionQuestion,
): Promise<AttentionReport> {
  // Checked before anything is computed: whether the layer and the head exist, and how many attention weights there will be.
  const shown = shownLayer(model, layer);
  const heads = shown.attention?.heads.count ?? 0;
  if (shown.attention !== null) checkHead(shown.layer, heads, head);
  const tokens = prompt.tokens.length;
  const listed = everyHead === 'weights' ? layer : shown.layer;
  const weights = shown.attention === null ? 0 : weightsOf(model, shown.attention, listed, tokens);
  if (everyHead) checkLength(weights, opened.name);
  const ends = endsOf(model, shown, layer, everyHead !== false);
  return await run(ends.at(-1)?.end ?? 0, async (way) => {
    const attention: AttentionReport['attention'] = [];
    const patterns: NonNullable<AttentionReport['patterns']> = [];
    const states: StateTrace[] = [];
    let figure: AttentionState | null = null;
    const isAsked = (at: number) => (everyHead !== false && layer === undefined) || at === shown.layer;
    for (const { pass, end, whole } of ends) {
      const { planner } = pass;
      const watcher = {
        attention(state: AttentionState) {
          const at = state.plan.layer;
          if (pass === shown.pass && at === shown.layer) figure ??= state;
          if (everyHead === false || !isAsked(at)) return;
          const name = state.plan.crosses ? 'cross' : pass.name;
          // One token has no pattern, and in cross-attention a decoder's tokens look at other tokens, those of the encoder.
          if (state.query.count > 1 && !state.plan.crosses) {
            patterns.push({ layer: at, ...(name !== null && { pass: name }), heads: headPatterns(state) });
          }
          if (everyHead === 'weights' || state === figure) attention.push(headsOfLayer(state, name));
        },
        recurrence(trace: StateTrace) {
          if (isAsked(trace.layer)) states.push(trace);
        },
      };
      await way.enter(pass);
      for (let at = 0; at < end; at++) await way.layer(planner.layer(at), watcher);
      const last = planner.layer(end);
      if (whole || keepsState(planner, end)) {
        await way.layer(last, watcher);
      } else {
        const state = await way.attention(last);
        if (state !== null) watcher.attention(state);
      }
    }
    const kept = states.reduce((sum, { lengths }) => sum + lengths.length, 0);
    if (everyHead) checkLength(weights + tokens * kept, opened.name);
    const stateHeads = states[0]?.lengths.length ?? 0;
    if (shown.attention === null && stateHeads > 0) checkHead(shown.layer, stateHeads, head);
    if (everyHead === 'weights' && layer === undefined && way.router !== null)
      attention.push(headsOfLayer(way.router, null));
    const { decoderStart } = model;
    return attentionReport({
      ...{ name: opened.name, file: opened.file, model, prompt },
      decoderTokens: decoderStart === null ? [] : [{ id: decoderStart, piece: prompt.pieceOf(decoderStart) }],
      ...{ state: figure, pass: shown.pass.name, head, attention, states },
      ...(everyHead !== false && { patterns }),
    });
  });
}

/**
 * The same head for two prompts, side by side.
 *
 * @throws TraceError if the layer keeps a state instead of attention: states are not compared.
 */
export async function comparedAttention(
  computation: Computation,
  other: Computation,
  question: AttentionQuestion,
): Promise<AttentionReport> {
  const first = await attentionOf(computation, question);
  const { layer, head = question.head } = first.figure ?? {};
  if (layer === undefined) {
    const message = 'this layer keeps a state instead of attention, so --with has nothing to compare';
    throw new TraceError('no-attention', message, 'name another layer with --layer');
  }
  const asked = { ...question, layer: question.layer ?? layer, head };
  const { prompt, tokens, attention, figure } = await attentionOf(other, asked);
  const text = prompt === undefined ? {} : { prompt };
  return { ...first, other: { ...text, tokens, attention, figure: figure as NonNullable<typeof figure> } };
}

/** A stack and the last of its layers that is computed: up to its attention, or the whole layer. */
interface End {
  pass: Pass;
  end: number;
  whole: boolean;
}

/**
 * The last layer to compute in each stack: the layer that is shown in full, or, for all heads, the last layer that is asked for. A stack
 * before another one is computed whole, and so is the last layer of a decoder, which has two attention steps.
 */
function endsOf({ passes }: TracedModel, shown: Shown, layer: number | undefined, everyHead: boolean): End[] {
  const last = everyHead ? passes.length - 1 : passes.indexOf(shown.pass);
  return passes.slice(0, last + 1).map((pass, i) => {
    const most = pass.planner.numbers.layers - 1;
    if (i < last) return { pass, end: most, whole: true };
    const asked = everyHead ? Math.min(layer ?? most, most) : shown.layer;
    return { pass, end: asked, whole: pass.name === 'decoder' };
  });
}

/** Number of attention weights of all heads in the chosen layers, calculated from the first of them. */
function weightsOf(
  { numbers }: TracedModel,
  { heads, sees }: AttentionPlan,
  layer: number | undefined,
  tokens: number,
): number {
  const each = sees === 'all' ? tokens * tokens : (tokens * (tokens + 1)) / 2;
  return heads.count * each * (layer === undefined ? numbers.layers : 1);
}

function checkLength(weights: number, name: string): void {
  if (weights <= MOST_WEIGHTS) return;
  const message = `${formatInteger(weights)} attention weights are too many for one report`;
  throw new UsageError('prompt-too-long', message, 'ask for one layer with --layer, or write a shorter prompt').about(
    name,
  );
}

interface Shown {
  pass: Pass;
  layer: number;
  /** Null: the layer keeps a state instead of attention. */
  attention: AttentionPlan | null;
}

/** The chosen layer, or the first with attention, else the first with a state. Throws TraceError if there is neither. */
function shownLayer({ passes }: TracedModel, asked: number | undefined): Shown {
  for (const [i, pass] of passes.entries()) {
    const { planner } = pass;
    const { numbers } = planner;
    // A layer number that no stack has is reported for the last stack.
    if (asked !== undefined && asked >= numbers.layers && i < passes.length - 1) continue;
    const layers = asked === undefined ? Array.from({ length: numbers.layers }, (_, layer) => layer) : [asked];
    for (const layer of layers) {
      const attention = attentionPlan(planner, layer);
      if (attention !== null) return { pass, layer, attention };
    }
    const layer = layers.find((one) => keepsState(planner, one));
    if (layer !== undefined) return { pass, layer, attention: null };
  }
  const what = asked === undefined ? 'no layer of this model has' : `layer ${asked} does not have`;
  throw new TraceError('no-attention', `${what} attention`);
}

/** Whether a layer has a block that keeps a state, instead of attention or next to it. */
function keepsState(planner: Planner, layer: number): boolean {
  return [...planner.branches(planner.layer(layer))].some(({ branch }) => isRecurrence(branch.block));
}

function checkHead(layer: number, count: number, head: number): void {
  if (head < count) return;
  throw new UsageError('no-head', `there is no head ${head}: layer ${layer} has ${count}, counted from 0`);
}
