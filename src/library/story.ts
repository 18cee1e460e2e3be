/** The parts of the story page: a row of the token table and a block, read from the data, and a prompt that is computed once. */

import { isExplained } from '../explained-error.js';
import { explainBlock } from '../formats/explain-block.js';
import type { AttentionState } from '../inference/attention-weights.js';
import type { TracedModel } from '../inference/computed-model.js';
import { TraceError } from '../inference/inference-error.js';
import type { StateTrace } from '../inference/state-trace.js';
import type { Watcher } from '../inference/through-block.js';
import { tokenTable } from '../model/token-table.js';
import type { ModelWithData } from '../open/open-model.js';
import { attentionReport, headsOfLayer } from '../report/attention-report.js';
import type { AttentionReport, PromptToken } from '../report/attention-schema.js';
import type { ExplainReport } from '../report/explain-schema.js';
import { blockMatrix } from '../report/lesson-subjects.js';
import type { NextTokensReport } from '../report/next-tokens-schema.js';
import { headNumbers, type ReadStory, storyReport } from '../report/story-report.js';
import type { HeadNumbers } from '../report/story-schema.js';
import { readRows } from '../tensor-data/read-blocks.js';
import type { OpenedBlock } from '../tensor-data/read-values.js';
import { isReadable, tensorDataOf } from '../tensor-data/tensor-data.js';
import type { AskedPrompt } from '../tokenizer/prompt.js';
import { formatBytes } from '../words/format-quantity.js';
import { type Computation, computationOf, computedFlow } from './computed-flow.js';
import { exampleReport, PROMPT, spells } from './example.js';
import { chooseToken } from './lesson.js';
import { tokensOf } from './tokens.js';
import { type Watch, watchFor } from './watch.js';

const USUAL_PROMPT: AskedPrompt = { text: PROMPT };

/** Most bytes of weights for computing without being asked: with more, people would have to wait. */
const MOST_UNASKED_WEIGHTS = 256 * 1024 * 1024;

/** Most tokens of a prompt on the page. */
const MOST_TOKENS = 128;

/** An embedding model gives a vector for each token: up to this number of tokens, the vectors are in the report. */
const FEW_TOKENS = 16;

/** Most attention weights of all heads together. */
const MOST_WEIGHTS = 120_000;

/** Most bytes of a table that is searched for the nearest rows. */
const MOST_SEARCHED_BYTES = 64 * 1024 * 1024;
const NEAREST = 5;

/** The parts that are added to the report. */
type Told = Pick<ExplainReport, 'story' | 'example'>;

/**
 * The story of a model that is open for its data and with the bytes of its header. If a prompt was asked for, failing to compute it is an
 * error, as in `flow`. Otherwise the default prompt is used if computing it is quick; if not, the report states the reason.
 */
export async function storyOf(opened: ModelWithData, asked: AskedPrompt | null, watch: Watch): Promise<Told> {
  const block = await unless(() => firstBlock(opened));
  const taken = asked ?? USUAL_PROMPT;
  try {
    const computation = await computationOf(opened, taken, watch);
    const reason = asked === null ? reasonToAsk(opened, computation) : undefined;
    if (reason !== undefined) throw new TraceError('prompt-too-long', reason);
    const { flow, ...computed } = await computeStory(computation);
    const row = await rowOf(opened, chosenToken(flow.tokens, taken));
    const { embeddings, ...example } = exampleReport(flow);
    const few = embeddings !== undefined && flow.tokens.length <= FEW_TOKENS;
    return { story: storyReport({ row, block, computed }), example: { ...example, ...(few && { embeddings }) } };
  } catch (error) {
    if (asked !== null || !isExplained(error)) throw error;
    return { story: storyReport({ row: await rowOf(opened, null), block, notComputed: error.message }) };
  }
}

/** Why the default prompt is not computed; undefined if it is. */
function reasonToAsk({ file, locality }: ModelWithData, { prompt }: Computation): string | undefined {
  if (locality !== 'local') return 'the weights are not on this machine';
  const bytes = file.tensors.reduce((sum, tensor) => sum + (tensor.bytes ?? 0), 0);
  if (bytes > MOST_UNASKED_WEIGHTS) {
    return `the model has ${formatBytes(bytes)} of weights, and computing with them takes a while`;
  }
  return spells(prompt.tokens) ? undefined : `the vocabulary cannot spell "${PROMPT}"`;
}

/** The first token that is part of the text: a token that the model puts before every text does not count. */
function chosenToken(tokens: readonly PromptToken[], asked: AskedPrompt): number | null {
  const said = (piece: string | null) => piece?.trim() ?? '';
  const found =
    'text' in asked ? tokens.find(({ piece }) => said(piece) && asked.text.includes(said(piece))) : undefined;
  return (found ?? tokens[0])?.id ?? null;
}

/** `id` null: the token of a common word, or any token. */
async function rowOf(opened: ModelWithData, id: number | null): Promise<ReadStory['row']> {
  return await unless(async () => {
    const table = tokenTable(opened.model);
    if (table === undefined) return undefined;
    const token = id ?? chooseToken(opened, table.dimensions[1] ?? 0).id;
    const near = opened.locality === 'local' && (table.bytes ?? Number.POSITIVE_INFINITY) <= MOST_SEARCHED_BYTES;
    const question = { as: 'id', nearest: near ? NEAREST : 0 } as const;
    return await tokensOf(opened, String(token), question, watchFor({}));
  });
}

async function firstBlock({ file, model, data }: ModelWithData): Promise<OpenedBlock | undefined> {
  const tensor = blockMatrix(model);
  const stored = tensor && tensorDataOf(file, tensor);
  if (tensor === undefined || stored === undefined || !isReadable(stored)) return undefined;
  const bytes = new Uint8Array(stored.type.blockBytes);
  if ((await readRows(stored, data, 0, bytes)) < bytes.length) return undefined;
  const explained = explainBlock(stored.type, bytes, stored.littleEndian);
  if (explained === undefined) return undefined;
  return { tensor: tensor.name, offset: tensor.shard?.offset ?? tensor.fileOffset, bytes, ...explained };
}

/** A part of the example that cannot be read is left out: the rest of the page does not need it. */
async function unless<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isExplained(error) || typeof (error as NodeJS.ErrnoException).code === 'string') return undefined;
    throw error;
  }
}

async function computeStory(
  computation: Computation,
): Promise<NonNullable<ReadStory['computed']> & { flow: NextTokensReport }> {
  const { model, prompt, opened } = computation;
  if (prompt.tokens.length > MOST_TOKENS) {
    const message = `the prompt has ${prompt.tokens.length} tokens, and the page has room for ${MOST_TOKENS}`;
    throw new TraceError('prompt-too-long', message, { hint: 'write a shorter prompt' });
  }
  const seen = attentionWatcher(model, prompt.tokens.length);
  const flow = await computedFlow(computation, { lens: true, watcher: seen.watcher });
  const { state, pass, heads, attention, states } = seen.found;
  if (state === null && states.length === 0) return { flow, attention: null, heads };
  const { decoderStart } = model;
  const report: AttentionReport = attentionReport({
    ...{ name: opened.name, file: opened.file, model, prompt },
    decoderTokens: decoderStart === null ? [] : [{ id: decoderStart, piece: prompt.pieceOf(decoderStart) }],
    ...{ state, pass, head: 0, attention, states },
  });
  return { flow, attention: report, heads };
}

/**
 * Keeps the full state of the first layer with attention, and the attention weights of all heads for as many layers as the page has room
 * for.
 */
function attentionWatcher(model: TracedModel, tokens: number) {
  const found: {
    state: AttentionState | null;
    pass: Parameters<typeof attentionReport>[0]['pass'];
    heads: HeadNumbers[];
    attention: AttentionReport['attention'];
    states: StateTrace[];
  } = { state: null, pass: null, heads: [], attention: [], states: [] };
  const coded = model.passes.some(({ name }) => name !== null);
  const layers = model.passes.reduce((sum, { planner }) => sum + planner.numbers.layers, 0);
  let every = 0;
  let entered = 0;
  const watcher = (name: TracedModel['passes'][number]['name']): Watcher => ({
    attention(state) {
      const { count } = state.plan.heads;
      every ||= Math.max(1, Math.ceil((layers * count * tokens * (tokens + 1)) / 2 / MOST_WEIGHTS));
      const pass = coded ? (state.plan.crosses ? 'cross' : name) : null;
      const fits = (count * tokens * (tokens + 1)) / 2 <= MOST_WEIGHTS;
      if (fits && entered++ % every === 0) found.attention.push(headsOfLayer(state, pass));
      if (found.state !== null) return;
      // The run reuses its buffers: values that are needed later are computed now, or copied.
      found.heads = headNumbers(state);
      found.state = { ...state, ...copies(state) };
      found.pass = pass;
    },
    recurrence(trace) {
      if (found.states.length === 0) found.states.push(trace);
    },
  });
  return { watcher, found };
}

function copies({
  input,
  query,
  key,
  value,
}: AttentionState): Pick<AttentionState, 'input' | 'query' | 'key' | 'value'> {
  const copy = (vectors: typeof query) => ({ ...vectors, values: vectors.values.slice() });
  return { input: copy(input), query: copy(query), key: copy(key), value: copy(value) };
}
