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
  type: Style;
  muted: Style;
  bar: Style;
  command: Style;
  /** All is well. */
  pass: Style;
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
  type: PLAIN,
  muted: PLAIN,
  bar: PLAIN,
  command: PLAIN,
  pass: PLAIN,
  level: { error: PLAIN, warning: PLAIN, advice: PLAIN },
};

export async function makeTheme(level: ColorLevel): Promise<Theme> {
  if (level === 0) return PLAIN_THEME;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level });
  // Chalk takes any number of texts: called by `map` it would colour the index and the whole list too.
  const style = (paint: Style): Style => styled((text) => paint(text));
  return {
    title: style(chalk.bold),
    heading: style(chalk.bold.cyan),
    label: PLAIN,
    number: style(chalk.yellow),
    type: style(chalk.green),
    muted: style(chalk.dim),
    bar: style(chalk.blue),
    command: style(chalk.cyan),
    pass: style(chalk.green),
    level: { error: style(chalk.red), warning: style(chalk.yellow), advice: style(chalk.blue) },
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
