/**
 * The summary: the numbers that a model is known by, and how its bytes are divided among quantization types. Then what is stored, next to
 * what is computed.
 */

import type { ExplainReport } from '../../report/explain-schema.js';
import type { TypeShare } from '../../report/tensor-groups.js';
import { formatBits, formatBytes, formatInteger, formatParameters } from '../../words/format-quantity.js';
import { shorten } from '../../words/shorten.js';
import { html, type Markup } from './markup.js';
import type { Palette } from './palette.js';
import { computedTable, storedTable } from './tables.js';

/** Most UTF-16 units of a short value from the file. */
const MOST_SAID = 60;

export function summary(report: ExplainReport, types: readonly TypeShare[], palette: Palette): Markup {
  const facts = factsOf(report).map(([name, value, more]) => {
    const small = more === undefined ? undefined : html` <small>${more}</small>`;
    return html`<div><dt>${name}</dt><dd>${value}${small}</dd></div>`;
  });
  const total = types.reduce((sum, { bytes }) => sum + bytes, 0);
  return html`<dl class="facts">${facts}</dl>${total > 0 ? typeBar(types, total, palette) : undefined}${palette.legend}`;
}

type Fact = readonly [name: string, value: string, ...more: string[]];

function factsOf({ model, totals, file, findings }: ExplainReport): Fact[] {
  const { hyperparameters: numbers, tokenizer } = model;
  const headerOnly = findings.some(({ code }) => code === 'data-absent');
  const size = headerOnly ? totals.bytes : (file.size ?? file.dataStart + totals.bytes);
  const facts: Fact[] = [
    ['Architecture', said(model.architecture ?? 'not named'), ...(model.kind === 'model' ? [] : [said(model.kind)])],
    ...(model.runtime === undefined ? [] : [runtimeFact(model.runtime)]),
    exactly('Parameters', formatParameters(totals.parameters), formatInteger(totals.parameters)),
    headerOnly
      ? ['Size', formatBytes(size), 'header only']
      : exactly('Size', formatBytes(size), size < 1024 ? formatBytes(size) : `${formatInteger(size)} bytes`),
  ];
  if (model.label !== null)
    facts.push(['File type', said(model.label.name), ...(model.label.guessed ? ['guessed'] : [])]);
  if (totals.bitsPerWeight !== null) facts.push(['Bits per weight', formatBits(totals.bitsPerWeight)]);
  if (totals.experts !== null) {
    const { expertUsedCount, expertCount, activeParameters } = totals.experts;
    facts.push(['Experts', `${expertUsedCount} of ${expertCount}`, `${formatParameters(activeParameters)} active`]);
  }
  if (numbers.blockCount !== null) facts.push(['Layers', formatInteger(numbers.blockCount)]);
  if (numbers.contextLength !== null) facts.push(['Context', formatInteger(numbers.contextLength), 'tokens']);
  if (numbers.embeddingLength !== null) facts.push(['Embedding', formatInteger(numbers.embeddingLength)]);
  const heads = perLayer(numbers.headCount);
  if (heads !== undefined)
    facts.push(['Attention heads', heads, `${perLayer(numbers.headCountKv) ?? heads} for keys and values`]);
  if (numbers.vocabulary !== null) {
    facts.push([
      'Vocabulary',
      formatInteger(numbers.vocabulary.size),
      tokenizer === null ? 'tokens' : said(tokenizer.model),
    ]);
  }
  facts.push(['Tensors', formatInteger(totals.tensors)]);
  if (file.shardCount !== undefined) facts.push(['Files', formatInteger(file.shardCount)]);
  if (model.license !== null) facts.push(['License', said(model.license)]);
  return facts;
}

/** The program that runs the model, if llama.cpp does not simply load it. */
function runtimeFact({ says, programs, llamaCpp }: NonNullable<ExplainReport['model']['runtime']>): Fact {
  const [first = 'its own program', ...others] = programs;
  return ['Runs in', [first, ...others].join(', '), llamaCpp === 'refuses' ? `${says}` : says];
}

/** The exact number below the rounded one, if it adds something. */
function exactly(name: string, rounded: string, exact: string): Fact {
  return exact === rounded ? [name, rounded] : [name, rounded, exact];
}

function said(text: string): string {
  return shorten(text, MOST_SAID);
}

/** One number for all layers, or the smallest and the largest. */
function perLayer(value: number | number[] | null): string | undefined {
  if (value === null) return undefined;
  if (typeof value === 'number') return formatInteger(value);
  const [least, most] = value.reduce(
    ([low, high], each) => [Math.min(low, each), Math.max(high, each)],
    [Infinity, -Infinity],
  );
  if (least > most) return undefined;
  return least === most ? formatInteger(least) : `${formatInteger(least)}–${formatInteger(most)}`;
}

/** The types side by side, each with a width proportional to its bytes. */
function typeBar(types: readonly TypeShare[], total: number, palette: Palette): Markup {
  let start = 0;
  const parts = types.map(({ type, bytes }) => {
    const share = (bytes / total) * 100;
    const part = html`<rect class="t${palette.number(type)}" x="${start.toFixed(3)}%" width="${share.toFixed(3)}%" height="100%"><title>${type}: ${formatBytes(bytes)}, ${share.toFixed(1)} %</title></rect>`;
    start += share;
    return share < 0.05 ? undefined : part;
  });
  const words = types.slice(0, 4).map(({ type, bytes }) => `${type} ${((bytes / total) * 100).toFixed(1)} %`);
  return html`<svg class="types" width="100%" height="14" role="img" aria-label="Bytes by quantization type: ${words.join(', ')}">${parts.filter((part) => part !== undefined)}</svg>`;
}

// Stored against computed: both sums as bars on the same scale, then a table for each.

/** Undefined for a file that stores no weights. */
export function storedAgainstComputed(report: ExplainReport, palette: Palette): Markup | undefined {
  const stored = storedTable(report.stored, palette);
  const computed = computedTable(report.computed);
  if (stored === undefined) return undefined;
  const below = computed === undefined ? undefined : html`<h3>Computed at run time</h3>${computed}`;
  return html`${sumBars(report)}<h3>Stored</h3>${stored}${below}`;
}

/** The weights, and what is kept of a text at the longest listed context. */
function sumBars({ totals, computed }: ExplainReport): Markup | undefined {
  const kept = computed.filter(({ what }) => what === 'kv-cache' || what === 'recurrent-state');
  const at = kept[0]?.contexts.at(-1)?.contextLength;
  if (at === undefined) return undefined;
  const bytes = kept.reduce((sum, { contexts }) => sum + (contexts.at(-1)?.bytes ?? 0), 0);
  const most = Math.max(bytes, totals.bytes);
  if (most === 0) return undefined;
  const bar = (of: number, color: string) => {
    const width = Number(((of / most) * 100).toFixed(2));
    return html`<svg class="sum" width="100%" height="16" aria-hidden="true"><rect class="${color}" width="${width}%" height="16" rx="2"/></svg>`;
  };
  return html`<dl class="sums"><dt>Weights, stored once</dt><dd><b>${formatBytes(totals.bytes)}</b>${bar(totals.bytes, 'blue')}</dd><dt>Kept for one text of ${formatInteger(at)} tokens</dt><dd><b>${formatBytes(bytes)}</b>${bar(bytes, 'orange')}</dd></dl>`;
}
