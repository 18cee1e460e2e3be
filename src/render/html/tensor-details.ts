/** What a row of tensors does: in words, as a formula, axis by axis; then each of its tensors with its type and offset. */

import type { AxisReport } from '../../report/schema.js';
import type { TensorRow, TypeShare } from '../../report/tensor-groups.js';
import { formatBits, formatBytes, formatInteger } from '../../words/format-quantity.js';
import { AXES, type AxisName, ROLES, type RoleId } from '../../words/roles.js';
import { shorten } from '../../words/shorten.js';
import { formatRanges, shapeWords } from '../text/shape-words.js';
import { html, type Markup } from './markup.js';

export function tensorDetails(row: TensorRow, types: ReadonlyMap<string, TypeShare>): Markup {
  const role = ROLES[row.role as RoleId];
  const facts = [
    ...matrixOf(row),
    html`<dt>Formula</dt><dd><code>${role.formula}</code></dd>`,
    ...axisFacts(row),
    html`<dt>${row.shape.stored === undefined ? 'Stored' : 'Shape'}</dt><dd>${dimensions(row.shape.ggml)} in ggml order, the first is contiguous; PyTorch shows ${dimensions([...row.shape.ggml].reverse())}</dd>`,
    ...storedOtherwise(row),
    html`<dt>Used by</dt><dd>${role.operation === 'none' ? 'no operation of ggml' : html`ggml&#8217;s <code>${role.operation}</code>`}</dd>`,
    ...row.types
      .slice(0, MOST_TYPES)
      .map(({ type, layers }) => typeFact(type, row.types.length > 1 ? formatRanges(layers) : '', types)),
    ...multiplyAdds(row),
    ...offsetOf(row),
  ];
  return html`<details><summary>${role.does}</summary><dl>${facts}</dl>${row.count > 1 ? members(row) : undefined}</details>`;
}

/** For tensors that the converter of ComfyUI-GGUF stored in another shape. */
function storedOtherwise({ shape: { stored } }: TensorRow): Markup[] {
  return stored === undefined
    ? []
    : [html`<dt>Stored</dt><dd>as ${dimensions(stored)}; comfy.gguf.orig_shape.* gives the shape of the model</dd>`];
}

/** Most types that are explained for one row. */
const MOST_TYPES = 8;

function matrixOf({ members }: TensorRow): Markup[] {
  const of = members[0]?.of;
  return of === undefined ? [] : [html`<dt>Belongs to</dt><dd>${ROLES[of as RoleId].title}</dd>`];
}

function axisFacts({ shape, role }: TensorRow): Markup[] {
  if (shape.in === undefined || shape.out === undefined) return [];
  const axes = [shape.in, shape.out, ...(shape.copies === undefined ? [] : [shape.copies])];
  const words = shapeWords(shape, ROLES[role as RoleId].kind, 'full');
  return [html`<dt>In &#8594; out</dt><dd>${words}</dd>`, html`<dt>Axes</dt><dd>${axes.map(axisWords)}</dd>`];
}

function axisWords({ axis, size }: AxisReport): Markup {
  const says = AXES[axis as AxisName] as string | undefined;
  return html`<span class="axis"><b>${axis}</b> ${formatInteger(size)}${says === undefined ? '' : `: ${says}`}</span>`;
}

function dimensions(sizes: readonly number[]): string {
  return `[${sizes.map(formatInteger).join(', ')}]`;
}

function typeFact(name: string, where: string, types: ReadonlyMap<string, TypeShare>): Markup {
  const type = types.get(name);
  const bits = type?.bitsPerWeight == null ? '' : `${formatBits(type.bitsPerWeight)} bits per weight. `;
  return html`<dt>${name}</dt><dd>${where === '' ? '' : `${where}: `}${bits}${type?.says ?? ''}</dd>`;
}

function multiplyAdds({ members }: TensorRow): Markup[] {
  if (members.some((member) => member.multiplyAdds === null)) return [];
  const all = members.reduce((sum, member) => sum + (member.multiplyAdds ?? 0), 0);
  const words = all === 0 ? 'none: nothing is multiplied' : `${formatInteger(all)} for one token`;
  return [html`<dt>Multiply-adds</dt><dd>${words}</dd>`];
}

/** Only for a single tensor: for several, the table has the offsets. */
function offsetOf({ members: [first, second] }: TensorRow): Markup[] {
  if (first === undefined || second !== undefined) return [];
  const where = first.shard === undefined ? 'the file' : `shard ${formatInteger(first.shard)}`;
  return [html`<dt>Offset</dt><dd>byte ${formatInteger(first.offset)} of ${where}</dd>`];
}

/** Most UTF-16 units of a name in the inner table. */
const MOST_OF_A_NAME = 80;

function members({ members: all }: TensorRow): Markup {
  const sharded = all.some(({ shard }) => shard !== undefined);
  const rows = all.map(
    ({ name, type, bytes, shard, offset }) =>
      html`<tr><th scope="row"><code>${shorten(name, MOST_OF_A_NAME)}</code></th><td>${type}</td><td class="number">${bytes === null ? 'unknown' : formatBytes(bytes)}</td>${sharded ? html`<td class="number">${shard ?? 1}</td>` : undefined}<td class="number">${formatInteger(offset)}</td></tr>`,
  );
  return html`<table class="members"><thead><tr><th scope="col">Tensor</th><th scope="col">Type</th><th scope="col" class="number">Bytes</th>${sharded ? html`<th scope="col" class="number">Shard</th>` : undefined}<th scope="col" class="number">Offset in the file</th></tr></thead><tbody>${rows}</tbody></table>`;
}
