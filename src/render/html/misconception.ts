/** The beginning of the story: what people think weights are, what the file really stores, and what is computed. */

import type { ExplainReport } from '../../report/explain-schema.js';
import type { TensorEntry } from '../../report/schema.js';
import { formatBytes, formatInteger, formatParameters } from '../../words/format-quantity.js';
import { ROLES, type RoleId } from '../../words/roles.js';
import { shorten } from '../../words/shorten.js';
import { html, type Markup } from './markup.js';

/** Undefined for a file without tensors. */
export function misconception({ tensors, totals, model }: ExplainReport): Markup | undefined {
  if (totals.tensors === 0) return undefined;
  const matrix = exampleMatrix(tensors);
  const vocabulary = model.hyperparameters.vocabulary?.size;
  return html`<div class="three">
<div class="side idea"><h3>Not in the file: links between words</h3>${LINKS}<p>${pairs(vocabulary, totals.parameters)}</p></div>
<div class="side stored"><h3>Stored: matrices</h3>${matrix === undefined ? undefined : lens(matrix)}<p>${matrixWords(matrix, totals)}</p></div>
<div class="side computed"><h3>Computed: relations between tokens</h3>${RELATIONS}<p>How much one token matters to another depends on the text. The model computes it afresh every time and stores it nowhere.</p></div>
</div>`;
}

/** The query matrix of the first layer, or another matrix that turns a vector into a vector. */
function exampleMatrix(tensors: readonly TensorEntry[]): TensorEntry | undefined {
  const matrices = tensors.filter(
    ({ shape, role }) => shape.in && shape.out && !shape.copies && ROLES[role as RoleId].operation === 'mul_mat',
  );
  return matrices.find(({ role }) => role === 'attention-query') ?? matrices[0];
}

function pairs(vocabulary: number | undefined, parameters: number): string {
  const idea = 'People often picture a weight as a link from one word to another.';
  if (vocabulary === undefined || !Number.isSafeInteger(vocabulary ** 2)) return `${idea} A weight is not such a link.`;
  const all = vocabulary ** 2;
  const words =
    all > parameters
      ? `The whole model has ${formatParameters(parameters)}.`
      : 'It would only know texts of two tokens.';
  return `${idea} A table of links between ${formatInteger(vocabulary)} tokens would have ${formatParameters(all)} numbers. ${words}`;
}

function matrixWords(matrix: TensorEntry | undefined, { parameters, tensors, bytes }: ExplainReport['totals']): Markup {
  const all = html`${formatParameters(parameters)} learned numbers in ${formatInteger(tensors)} tensors, ${formatBytes(bytes)}.`;
  if (matrix?.shape.in === undefined || matrix.shape.out === undefined) return all;
  const { name, shape } = matrix;
  return html`${all} <code>${shorten(name, 60)}</code> takes any vector of ${formatInteger(shape.in?.size ?? 0)} numbers and gives a new one of ${formatInteger(shape.out?.size ?? 0)}. It is the same for every token and every text.`;
}

/** Input vector, matrix, output vector. */
function lens({ shape }: TensorEntry): Markup {
  const [from, to] = [formatInteger(shape.in?.size ?? 0), formatInteger(shape.out?.size ?? 0)];
  const column = (x: number) =>
    [0, 1, 2, 3, 4].map((i) => html`<rect class="flowing" x="${x}" y="${14 + i * 12}" width="12" height="10" rx="2"/>`);
  const grid = Array.from({ length: 35 }, (_, i) => {
    const [x, y] = [96 + (i % 7) * 12, 14 + Math.floor(i / 7) * 12];
    return html`<rect class="weight w${(i * 7) % 4}" x="${x}" y="${y}" width="11" height="10" rx="1"/>`;
  });
  return html`<svg class="sketch" viewBox="0 0 280 96" aria-hidden="true">${column(24)}<path class="arrow" d="M48 44h34m-6 -5l6 5l-6 5"/>${grid}<path class="arrow" d="M188 44h34m-6 -5l6 5l-6 5"/>${column(232)}<text x="30" y="90" text-anchor="middle">${from}</text><text x="138" y="90" text-anchor="middle">${from} &#215; ${to}</text><text x="238" y="90" text-anchor="middle">${to}</text></svg>`;
}

const LINKS: Markup = html`<svg class="sketch" viewBox="0 0 280 96" aria-hidden="true"><path class="wrong" d="M66 24L206 24M66 24L206 70M66 70L206 24M66 70L206 70"/><text x="52" y="28" text-anchor="end">cat</text><text x="52" y="74" text-anchor="end">dog</text><text x="216" y="28">sat</text><text x="216" y="74">ran</text><path class="cross" d="M112 22L166 74M166 22L112 74"/></svg>`;

const RELATIONS: Markup = html`<svg class="sketch" viewBox="0 0 280 96" aria-hidden="true"><path class="relation r1" d="M226 62C206 20 156 20 136 60"/><path class="relation r2" d="M226 62C196 2 76 2 50 60"/><text x="46" y="78" text-anchor="middle">the</text><text x="136" y="78" text-anchor="middle">cat</text><text x="226" y="78" text-anchor="middle">sat</text></svg>`;
