/** Why quantization works: one real block, byte by byte, and how its weights are decoded from it. */

import type { ExplainReport } from '../../report/explain-schema.js';
import type { BlockReport } from '../../report/tensor-values-schema.js';
import { formatBits, formatBytes, formatCount, formatInteger } from '../../words/format-quantity.js';
import { shorten } from '../../words/shorten.js';
import { shortNumber } from '../text/prompt-words.js';
import { html, type Markup } from './markup.js';
import { scrolled } from './numbers.js';

/** Most UTF-16 units of a formula with its numbers. */
const MOST_WORDS = 200;

/** Undefined for a file without tensors. */
export function quantizationSection({ totals, story }: ExplainReport): Markup | undefined {
  if (totals.bitsPerWeight === null || totals.parameters === 0) return undefined;
  const block = story?.block;
  const plain = totals.parameters * 4;
  return html`<p>This file spends ${formatBits(totals.bitsPerWeight)} bits on each weight: ${formatBytes(totals.bytes)} instead of ${formatBytes(plain)} in F32. No weight is used alone: each number that a matrix gives is a sum of many products. Some weights are stored a little too large and others a little too small, and most of these errors cancel out.</p>${block === undefined ? undefined : openedBlock(block)}`;
}

function openedBlock(block: BlockReport): Markup {
  const { tensor, type, elements, fields, formula, examples, offset } = block;
  const bytes = block.bytes.length / 2;
  const rows = fields.map(
    (field, i) =>
      html`<tr><th scope="row"><span class="swatch f${i % 4}"></span><code>${field.name}</code></th><td class="number">${formatInteger(field.bytes.length / 2)}</td><td><code>${hexStart(field.bytes)}</code></td><td>${field.meaning}</td></tr>`,
  );
  const table = html`<table class="block stack"><caption class="unseen">Fields of the block</caption><thead><tr><th scope="col">Field</th><th scope="col" class="number">Bytes</th><th scope="col">In the file</th><th scope="col">Meaning</th></tr></thead><tbody>${rows}</tbody></table>`;
  return html`<h3>The first block of <code>${shorten(tensor, 80)}</code></h3>
<p>${type} packs ${formatCount(elements, 'weight')} into ${formatCount(bytes, 'byte')}. This block begins at byte ${formatInteger(offset)} of the file.</p>
${fieldStrip(fields)}${scrolled('Fields of the block', table)}${formula === null ? undefined : workedOut(formula, examples)}
${weightsPicture(block)}`;
}

/** The fields side by side, each with a width proportional to its bytes. */
function fieldStrip(fields: BlockReport['fields']): Markup {
  const all = fields.reduce((sum, { bytes }) => sum + bytes.length, 0);
  let at = 0;
  const parts = fields.map(({ name, bytes }, i) => {
    const [x, width] = [(at / all) * 100, (bytes.length / all) * 100];
    at += bytes.length;
    const label =
      width > 8 ? html`<text x="${(x + width / 2).toFixed(2)}%" y="18" text-anchor="middle">${name}</text>` : undefined;
    return html`<rect class="f${i % 4}" x="${x.toFixed(2)}%" width="${width.toFixed(2)}%" height="28"/>${label}`;
  });
  return html`<svg class="fields" width="100%" height="28" role="img" aria-label="Fields of the block by their bytes: ${fields.map(({ name, bytes }) => `${name} ${bytes.length / 2}`).join(', ')}">${parts}</svg>`;
}

function workedOut(formula: string, examples: BlockReport['examples']): Markup {
  const rows = examples.map(
    ({ index, computation, value }) =>
      html`<li>weight ${formatInteger(index)} = <code>${shorten(computation, MOST_WORDS)}</code> = <b>${typeof value === 'number' ? shortNumber(value) : value}</b></li>`,
  );
  return html`<p>Each weight comes out as <code>${formula}</code>:</p><ul class="plain">${rows}</ul>`;
}

const HEIGHT = 72;
/** Most weights that are drawn: the first ones. */
const MOST_DRAWN = 256;

/** The weights of the block as bars up and down. They have few different heights, because few bits encode them. */
function weightsPicture({ values, type }: BlockReport): Markup | undefined {
  const drawn = values.slice(0, MOST_DRAWN).map(Number);
  const largest = drawn.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (drawn.length < 8 || !Number.isFinite(largest) || largest === 0) return undefined;
  const width = 100 / drawn.length;
  const bars = drawn.map((value, i) => {
    const height = (Math.abs(value) / largest) * (HEIGHT / 2 - 2);
    const y = value < 0 ? HEIGHT / 2 : HEIGHT / 2 - height;
    return html`<rect x="${(i * width).toFixed(2)}%" y="${y.toFixed(1)}" width="${(width * 0.8).toFixed(2)}%" height="${Math.max(0.5, height).toFixed(1)}"/>`;
  });
  const words = `The ${drawn.length} weights of the block in ${type}, from ${shortNumber(Math.min(...drawn))} to ${shortNumber(Math.max(...drawn))}, with ${new Set(drawn).size} different values`;
  return html`<figure><svg class="weights-drawn" width="100%" height="${HEIGHT}" role="img" aria-label="${words}">${bars}</svg><figcaption><small>${words}.</small></figcaption></figure>`;
}

function hexStart(hex: string): string {
  const shown = (hex.slice(0, 12).match(/../g) ?? []).join(' ');
  return hex.length > 12 ? `${shown} …` : shown;
}
