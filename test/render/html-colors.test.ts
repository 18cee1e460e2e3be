/** The colors of the types: text on each can be read, and common types can be told apart without seeing hues. */

import { describe, expect, it } from 'vitest';
import { bitsPerWeight, TENSOR_TYPES, type TensorType, tensorTypeByName } from '../../src/formats/tensor-types.js';
import { typeColor } from '../../src/render/html/colors.js';
import { escapeHtml, html } from '../../src/render/html/markup.js';

const colorOf = (type: TensorType) => typeColor({ family: type.family, bitsPerWeight: bitsPerWeight(type) });

/** WCAG 2, relative luminance of #rrggbb. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

describe('the colors of the types', () => {
  it('let text be read on every type', () => {
    for (const type of TENSOR_TYPES) {
      const { background, text } = colorOf(type);
      expect(contrast(background, text), type.name).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('get darker with the bits, so that a mix shows in grey', () => {
    const shades = ['Q2_K', 'Q3_K', 'Q4_K', 'Q5_K', 'Q6_K', 'Q8_0'].map((name) => {
      const type = tensorTypeByName(name) as TensorType;
      return luminance(colorOf({ ...type, family: 'k-quant' }).background);
    });
    for (let i = 1; i < shades.length; i++) expect(shades[i - 1]! / shades[i]!).toBeGreaterThan(1.2);
  });

  it('get darker with the bits, whatever the family', () => {
    const shades = ['IQ2_XXS', 'Q4_0', 'Q4_K', 'Q5_K', 'Q6_K', 'Q8_0', 'F16', 'F32'].map((name) =>
      luminance(colorOf(tensorTypeByName(name) as TensorType).background),
    );
    for (let i = 1; i < shades.length; i++) expect(shades[i], String(i)).toBeLessThan(shades[i - 1] as number);
  });
});

describe('markup', () => {
  it('escapes inserted text, but not its own elements', () => {
    const inner = html`<b>${'<&>'}</b>`;
    expect(html`<p title="${'"\''}">${inner}${[inner]}${undefined}${7}</p>`.markup).toBe(
      '<p title="&quot;&#39;"><b>&lt;&amp;&gt;</b><b>&lt;&amp;&gt;</b>7</p>',
    );
  });

  it('makes invisible characters visible', () => {
    expect(escapeHtml('a\u202eb\0')).toBe('a\\u{202e}b\\u{0}');
  });
});
