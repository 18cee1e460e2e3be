/**
 * Meanings and their colors: the only file that uses chalk. Renderers say what a piece of text means, never its color. Chalk is loaded only
 * if there are colors: a page for a pipe starts without it.
 */

import type { FindingReport } from '../report/schema.js';
import { styled } from './sanitize.js';

export type Style = (text: string) => string;

export interface Theme {
  title: Style;
  heading: Style;
  label: Style;
  number: Style;
  /** What is in the file: weights and their bytes. */
  stored: Style;
  /** What is computed at run time. */
  computed: Style;
  /** Names of types. The fewer bits a weight has, the grayer. */
  type: Style;
  muted: Style;
  command: Style;
  /** Good: it passes, or it fits. */
  pass: Style;
  /** It does not fit. */
  fail: Style;
  level: Readonly<Record<FindingReport['level'], Style>>;
  /** From cold (0) to hot (1). Undefined without colors: then shades are used instead. */
  heat?: (share: number) => Style;
}

/** 0: none, 1: 16 colors, 2: 256, 3: 16 million. */
export type ColorLevel = 0 | 1 | 2 | 3;

const PLAIN: Style = (text) => text;

/** The theme without colors. */
export const PLAIN_THEME: Theme = {
  title: PLAIN,
  heading: PLAIN,
  label: PLAIN,
  number: PLAIN,
  stored: PLAIN,
  computed: PLAIN,
  type: PLAIN,
  muted: PLAIN,
  command: PLAIN,
  pass: PLAIN,
  fail: PLAIN,
  level: { error: PLAIN, warning: PLAIN, advice: PLAIN },
};

/** A color for terminals with 16 million, 256 and 16 colors. The last is one of the terminal's own colors, which suit its background. */
interface Color {
  full: `#${string}`;
  cube: number;
  own: 'blue' | 'yellow' | 'red' | 'green' | 'cyan' | 'gray';
}

/**
 * Readable on black and on white, because a terminal does not say which one it has: the `full` colors have a contrast of 4.5 to either,
 * those of the 256-color cube 3.5.
 */
export const COLORS = {
  blue: { full: '#1273e3', cube: 26, own: 'blue' },
  orange: { full: '#bb5a05', cube: 130, own: 'yellow' },
  red: { full: '#e12c2c', cube: 160, own: 'red' },
  amber: { full: '#957004', cube: 94, own: 'yellow' },
  green: { full: '#00882d', cube: 28, own: 'green' },
  teal: { full: '#00837f', cube: 30, own: 'cyan' },
  gray: { full: '#757575', cube: 243, own: 'gray' },
  /** Types by the bits of a weight: each color applies from this number of bits on. */
  bits16: { full: '#078832', cube: 28, own: 'green' },
  bits8: { full: '#32844e', cube: 65, own: 'green' },
  bits5: { full: '#4d805e', cube: 65, own: 'green' },
  bits4: { full: '#617c6a', cube: 243, own: 'gray' },
  bits0: { full: '#757575', cube: 243, own: 'gray' },
} as const satisfies Record<string, Color>;

export async function makeTheme(level: ColorLevel): Promise<Theme> {
  if (level === 0) return PLAIN_THEME;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level });
  // Chalk takes any number of texts: called directly by `map`, it would also color the index and the whole array.
  const style = (paint: Style): Style => styled((text) => paint(text));
  const colored = (name: keyof typeof COLORS): Style => {
    const { full, cube, own } = COLORS[name];
    if (level === 3) return chalk.hex(full);
    return level === 2 ? chalk.ansi256(cube) : own === 'gray' ? chalk.dim : chalk[own];
  };
  const typeName = (name: string): string => {
    const bits = Number(/\d+/.exec(name)?.[0]);
    return colored(`bits${([16, 8, 5, 4] as const).find((least) => bits >= least) ?? 0}`)(name);
  };
  return {
    title: style(chalk.bold),
    heading: style(chalk.bold),
    label: PLAIN,
    number: style(chalk.bold),
    stored: style(colored('blue')),
    computed: style(colored('orange')),
    type: style((text) => text.replace(/\b[A-Z]{1,5}\d+(?:_\w+)?/g, typeName)),
    muted: style(colored('gray')),
    command: style(colored('teal')),
    pass: style(colored('green')),
    fail: style(colored('red')),
    level: {
      error: style(colored('red')),
      warning: style(colored('amber')),
      advice: style(colored('teal')),
    },
    heat: (share) => {
      const [red, green, blue] = heatColor(share);
      return style(chalk.rgb(red, green, blue));
    },
  };
}

/** From dark blue through green to yellow: lighter is more, also for people with color blindness. */
const HEAT = [
  [62, 50, 130],
  [48, 104, 142],
  [32, 146, 140],
  [94, 201, 98],
  [250, 220, 50],
] as const;

function heatColor(share: number): [red: number, green: number, blue: number] {
  const place = Math.min(1, Math.max(0, share)) * (HEAT.length - 1);
  const from = Math.min(HEAT.length - 2, Math.floor(place));
  const [a, b] = [HEAT[from], HEAT[from + 1]] as const;
  const mixed = (i: 0 | 1 | 2) => Math.round((a?.[i] ?? 0) + ((b?.[i] ?? 0) - (a?.[i] ?? 0)) * (place - from));
  return [mixed(0), mixed(1), mixed(2)];
}
