/** The colors of pages: each is readable on black and on white, with all colors and with 256 of them. */

import { describe, expect, it } from 'vitest';
import { COLORS, makeTheme } from '../../src/render/theme.js';

type Rgb = readonly [number, number, number];

const ALL = Object.entries(COLORS);

/** Relative luminance by WCAG 2. */
function luminance(rgb: Rgb): number {
  const [red, green, blue] = rgb.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const onBlack = (rgb: Rgb) => (luminance(rgb) + 0.05) / 0.05;
const onWhite = (rgb: Rgb) => 1.05 / (luminance(rgb) + 0.05);

const rgbOf = (hex: string) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;

/** The color that a terminal of 256 colors shows, from its 6 × 6 × 6 cube or its grays. */
function rgbOf256(index: number): Rgb {
  if (index >= 232) return [0, 1, 2].map(() => 8 + 10 * (index - 232)) as unknown as Rgb;
  const steps = [36, 6, 1].map((step) => Math.floor((index - 16) / step) % 6);
  return steps.map((step) => (step === 0 ? 0 : 55 + 40 * step)) as unknown as Rgb;
}

describe('a color', () => {
  it.each(ALL)('%s is readable on black and on white', (_, { full }) => {
    expect(onBlack(rgbOf(full))).toBeGreaterThanOrEqual(4.5);
    expect(onWhite(rgbOf(full))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(ALL)('%s is readable as one of 256', (_, { cube }) => {
    const rgb = rgbOf256(cube);
    expect(Math.min(onBlack(rgb), onWhite(rgb))).toBeGreaterThanOrEqual(3.5);
  });
});

describe('the name of a type', () => {
  it('is grayer the fewer bits a weight has', async () => {
    const { type } = await makeTheme(3);
    const colorOf = (name: string) =>
      /38;2;(\d+);(\d+);(\d+)m/.exec(type(name))?.slice(1).map(Number) as unknown as Rgb;
    const chroma = ['F32', 'Q8_0', 'Q6_K', 'Q4_K', 'IQ2_XXS'].map((name) => {
      const color = colorOf(name);
      return Math.max(...color) - Math.min(...color);
    });
    expect(chroma).toEqual([...chroma].sort((a, b) => b - a));
    expect(new Set(chroma).size).toBe(chroma.length);
    expect(colorOf('BF16')).toEqual(colorOf('F32'));
    expect(colorOf('MXFP4')).toEqual(colorOf('Q4_K'));
  });
});
