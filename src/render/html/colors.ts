/**
 * Colors of the page. Each has one meaning, and a word is next to every color: stored is blue, computed is orange. So the quantization
 * types have only cool hues. The hue shows the family and the lightness the bits per weight, so that types can be distinguished in shades
 * of gray and by most people with color blindness.
 */

import type { TypeShare } from '../../report/tensor-groups.js';

/** Chroma and hue (degrees) in OKLCH, from green to violet: orange is reserved for what is computed. */
const FAMILIES: Readonly<Record<NonNullable<TypeShare['family']>, readonly [chroma: number, hue: number]>> = {
  float: [0.1, 265],
  integer: [0.07, 200],
  legacy: [0.1, 215],
  'k-quant': [0.125, 255],
  'i-quant': [0.1, 170],
  'iqk-quant': [0.1, 150],
  trellis: [0.12, 300],
  turbo: [0.12, 235],
  fp4: [0.13, 285],
  ternary: [0.11, 320],
  'one-bit': [0.11, 320],
};

export interface TypeColor {
  background: string;
  /** Black or white, whichever has more contrast: at least 4.5 to 1 on any color. */
  text: string;
}

export function typeColor({ family, bitsPerWeight: bits }: Pick<TypeShare, 'family' | 'bitsPerWeight'>): TypeColor {
  if (family === null) return paired([0.82, 0.82, 0.82]);
  const [chroma, hue] = FAMILIES[family];
  return paired(fromOklch(lightness(bits ?? 4), chroma, hue));
}

/** Few bits are light, many are dark: in even steps up to 9 bits, then slower, so that types of 16 and 32 bits are still blue. */
function lightness(bits: number): number {
  if (bits <= 9) return 0.945 - 0.064 * bits;
  return Math.max(0.26, 0.61 - 0.066 * Math.log2(bits));
}

// Shades of a heat map: from the color of the paper to the color for computed, but only so dark that text stays readable on all of them.

/** Style variables `--h0` to `--h<count>`. `most` is the share of the color in the last one, 0 to 1. */
export function heatShades(color: string, paper: string, most: number, count: number): string {
  const [from, to] = [channels(paper), channels(color)];
  return Array.from({ length: count + 1 }, (_, i) => {
    const share = (most * i) / count;
    return `--h${i}:${hex(from.map((value, at) => value + ((to[at] as number) - value) * share) as unknown as Rgb)};`;
  }).join('');
}

function channels(color: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255);
}

type Rgb = readonly [red: number, green: number, blue: number];

function paired(rgb: Rgb): TypeColor {
  const light = luminance(rgb);
  // At a luminance of 0.179, black and white have the same contrast.
  return { background: hex(rgb), text: light > 0.179 ? '#000000' : '#ffffff' };
}

/** WCAG's relative luminance, from sRGB components between 0 and 1. */
function luminance(rgb: Rgb): number {
  const [red, green, blue] = rgb.map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

function hex(rgb: Rgb): string {
  return `#${rgb
    .map((value) =>
      Math.round(value * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}

/** OKLCH to sRGB (Ottosson, "A perceptual color space for image processing"); colors outside of sRGB are clipped. */
function fromOklch(lightness: number, chroma: number, hue: number): Rgb {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    gamma(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
    gamma(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
    gamma(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short),
  ];
}

function gamma(linear: number): number {
  const value = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
  return Math.min(1, Math.max(0, value));
}
