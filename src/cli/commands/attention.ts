/** `attention`: how much each token of a prompt looks at those before it, in one head in full and, as JSON, in all. */

import { UsageError } from '../../explained-error.js';
import type { AttentionState } from '../../inference/attention-weights.js';
import type { Pass, TracedModel } from '../../inference/computed-model.js';
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
  // Before anything is computed: whether there are such a layer and head, and how much it will be.
  const shown = attendingLayer(model, layer);
  checkHead(shown.plan.layer, shown.plan.heads.count, head);
  checkLength(model, shown.plan, { target, layer, json, tokens: prompt.tokens.length });
  const ends = endsOf(model, shown, layer, json);
  return run(ends.at(-1)?.end ?? 0, async (way) => {
    const attention: AttentionReport['attention'] = [];
    let figure: AttentionState | undefined;
    for (const { pass, end, whole } of ends) {
      const watch = (state: AttentionState) => {
        const at = state.plan.layer;
        if (pass === shown.pass && at === shown.plan.layer) figure ??= state;
        const kind = state.plan.crosses ? 'cross' : pass.name;
        if (json && (layer === undefined || at === layer)) attention.push(headsOfLayer(state, kind));
      };
      await way.enter(pass);
      const before = whole ? end + 1 : end;
      for (let at = 0; at < before; at++) await way.layer(pass.planner.layer(at), { attention: watch });
      const state = whole ? null : await way.attention(pass.planner.layer(end));
      if (state !== null) watch(state);
    }
    const { decoderStart } = model;
    return attentionReport({
      ...{ name: target, file: opened.file, model, tokens: prompt.tokens },
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
 * How far each stack is gone through: to the layer of the figure, or for JSON as far as there is attention to tell. A stack before another one
 * is gone through whole, and so is the last layer of a decoder, which attends twice.
 */
function endsOf({ passes }: TracedModel, shown: Shown, layer: number | undefined, json: boolean): End[] {
  const last = json ? passes.length - 1 : passes.indexOf(shown.pass);
  return passes.slice(0, last + 1).map((pass, i) => {
    const most = pass.planner.numbers.layers - 1;
    if (i < last) return { pass, end: most, whole: true };
    const asked = json ? Math.min(layer ?? most, most) : shown.plan.layer;
    return { pass, end: asked, whole: pass.name === 'decoder' };
  });
}

/** Throws UsageError for JSON that is too long. */
function checkLength(
  { numbers }: TracedModel,
  { heads, sees }: AttentionPlan,
  { target, layer, json, tokens }: Pick<Asked, 'target' | 'layer' | 'json'> & { tokens: number },
): void {
  const each = sees === 'all' ? tokens * tokens : (tokens * (tokens + 1)) / 2;
  const shares = heads.count * each * (layer === undefined ? numbers.layers : 1);
  if (!json || shares <= MOST_SHARES) return;
  const message = `JSON of ${shares} shares would be longer than anybody reads`;
  throw new UsageError('prompt-too-long', message, 'ask for one layer with --layer, or write a shorter prompt').about(
    target,
  );
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
