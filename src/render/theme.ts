/**
 * Meanings and their colours: the only place that knows chalk. What is rendered says what a piece of text means, never its colour.
 * Chalk is loaded where there are colours: a page that goes into a pipe starts without it.
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
  /** All is well; it fits. */
  pass: Style;
  /** It does not fit. */
  fail: Style;
  level: Readonly<Record<FindingReport['level'], Style>>;
  /** From cold (0) to hot (1); left out where there are no colours, and shades have to do. */
  heat?: (share: number) => Style;
}

/** 0: none, 1: 16 colours, 2: 256, 3: 16 million. */
export type ColorLevel = 0 | 1 | 2 | 3;

const PLAIN: Style = (text) => text;

/** The theme without colours. */
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

/** Each is as far from black as from white, with a contrast of 4.5 to either: a terminal does not tell which of them it has. */
export const COLORS = {
  blue: '#1273e3',
  orange: '#bb5a05',
  red: '#e12c2c',
  amber: '#957004',
  green: '#00882d',
  teal: '#00837f',
  gray: '#757575',
  /** By the bits of a weight: 16 and more, from 8, from 5, from 4, fewer. */
  precision: { 16: '#078832', 8: '#32844e', 5: '#4d805e', 4: '#617c6a', 0: '#757575' },
} as const;

export async function makeTheme(level: ColorLevel): Promise<Theme> {
  if (level === 0) return PLAIN_THEME;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level });
  // Chalk takes any number of texts: called by `map` it would colour the index and the whole list too.
  const style = (paint: Style): Style => styled((text) => paint(text));
  const muted = level === 1 ? chalk.dim : chalk.hex(COLORS.gray);
  const typeName = (name: string): string => {
    const bits = Number(/\d+/.exec(name)?.[0]);
    const shade = ([16, 8, 5, 4] as const).find((least) => bits >= least) ?? 0;
    return level === 1 && shade < 8 ? chalk.dim.green(name) : chalk.hex(COLORS.precision[shade])(name);
  };
  return {
    title: style(chalk.bold),
    heading: style(chalk.bold),
    label: PLAIN,
    number: style(chalk.bold),
    stored: style(chalk.hex(COLORS.blue)),
    computed: style(chalk.hex(COLORS.orange)),
    type: style((text) => text.replace(/\b[A-Z]{1,5}\d+(?:_\w+)?/g, typeName)),
    muted: style(muted),
    command: style(chalk.hex(COLORS.teal)),
    pass: style(chalk.hex(COLORS.green)),
    fail: style(chalk.hex(COLORS.red)),
    level: {
      error: style(chalk.hex(COLORS.red)),
      warning: style(chalk.hex(COLORS.amber)),
      advice: style(chalk.hex(COLORS.teal)),
    },
    heat: (share) => {
      const [red, green, blue] = heatColor(share);
      return style(chalk.rgb(red, green, blue));
    },
  };
}

/** Dark blue over green to yellow: lighter is more, also to who cannot tell colours apart. */
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
