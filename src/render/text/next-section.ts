/** What to try next, at the end of a page: commands that can be pasted, each with what it is good for. */

import type { RenderOptions } from '../options.js';
import { wrap } from './columns.js';
import { displayWidth } from './display-width.js';

export type Suggestion = readonly [command: string, reason: string];

/** The reasons are next to the commands where the page is wide enough for all of them, else below. No lines without a suggestion. */
export function nextSection(suggestions: readonly Suggestion[], { theme, width }: RenderOptions): string[] {
  if (suggestions.length === 0) return [];
  const longest = Math.max(...suggestions.map(([command]) => displayWidth(command)));
  const beside = suggestions.every(([, reason]) => longest + 2 + displayWidth(reason) <= width - 2);
  const lines = suggestions.flatMap(([command, reason]) => {
    const gap = ' '.repeat(longest + 2 - displayWidth(command));
    return beside
      ? [`${theme.command(command)}${gap}${theme.muted(reason)}`]
      : [theme.command(command), ...wrap(reason, width - 4).map((line) => `  ${theme.muted(line)}`)];
  });
  return [theme.heading('NEXT'), ...lines];
}
