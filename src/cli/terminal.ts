/** The properties of the output: its width, and how many colors it shows. NO_COLOR and FORCE_COLOR are respected. */

import { fstatSync } from 'node:fs';
import type { RenderOptions, Shell } from '../render/options.js';
import { type ColorLevel, makeTheme } from '../render/theme.js';
import { outputDescriptor } from './output.js';

/** Columns of a page if the output is not a terminal, and the maximum on a terminal, so that a page is pleasant to read. */
const PAGE_WIDTH = 100;
const LEAST_WIDTH = 40;
const MOST_WIDTH = 300;

export async function renderOptions(): Promise<RenderOptions> {
  const terminal = outputIsTerminal();
  return {
    width: pageWidth(terminal),
    theme: await makeTheme(await colorLevel(terminal, process.env)),
    shell: shellAtHand(process.env, process.platform),
  };
}

/**
 * The shell that the user types commands in. On Windows a POSIX shell sets SHELL, and cmd.exe sets PROMPT for everything that it starts.
 */
export function shellAtHand(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): Shell {
  if (platform !== 'win32' || env.SHELL || env.MSYSTEM) return 'posix';
  return env.PROMPT ? 'cmd' : 'powershell';
}

/** Whether the output goes to a terminal. */
export function outputIsTerminal(): boolean {
  const descriptor = outputDescriptor();
  return descriptor === 1 && isTerminal(descriptor);
}

/** Major number of the memory devices on Linux: /dev/null, /dev/zero, /dev/full. */
const MEMORY_DEVICES = 1;

/**
 * Whether a descriptor is a terminal. Asking Node takes as long as walking a header, so descriptors that clearly are not terminals are
 * recognized first.
 */
export function isTerminal(descriptor: number): boolean {
  try {
    // What Windows reports for a console here differs between its versions.
    if (process.platform === 'win32') return process.getBuiltinModule('node:tty').isatty(descriptor);
    const status = fstatSync(descriptor);
    if (!status.isCharacterDevice()) return false;
    if (process.platform === 'linux' && status.rdev >> 8 === MEMORY_DEVICES) return false;
  } catch {
    return false;
  }
  return process.getBuiltinModule('node:tty').isatty(descriptor);
}

/** Columns of a page. */
export function pageWidth(terminal: boolean): number {
  const columns = terminal ? process.stdout.columns : Number(process.env.COLUMNS);
  return Number.isInteger(columns) && columns > 0 ? Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, columns)) : PAGE_WIDTH;
}

/** The value of `--color` or `--no-color` on the command line. */
let wished: boolean | undefined;

/** Sets the choice of the command line, which takes precedence over the environment. */
export function wishForColors(wish: boolean | undefined): void {
  wished = wish;
}

/**
 * Number of colors: the choice of the command line first, then https://no-color.org and https://force-color.org (an empty FORCE_COLOR has
 * no effect), then what chalk detects about the terminal. Chalk is loaded only if there may be colors.
 */
export async function colorLevel(terminal: boolean, env: NodeJS.ProcessEnv, wish = wished): Promise<ColorLevel> {
  if (wish === false || (env.NO_COLOR && wish !== true)) return 0;
  const forced = env.FORCE_COLOR;
  if (forced === '0' || forced === 'false') return wish === true ? 1 : 0;
  if (forced === '2' || forced === '3') return Number(forced) as ColorLevel;
  const least = wish === true || forced ? 1 : 0;
  if (!terminal || env.TERM === 'dumb') return least;
  const { supportsColor } = await import('chalk');
  return Math.max(least, supportsColor === false ? 0 : supportsColor.level) as ColorLevel;
}
