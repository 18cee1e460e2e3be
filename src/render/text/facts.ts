/** Labels with their texts, as two columns; a long text continues below itself. */

import type { RenderOptions } from '../options.js';
import { breakText } from './columns.js';
import { displayWidth } from './display-width.js';

export type Fact = [label: string, text: string];

/** Lines of at most `width` - 2 columns. */
export function factLines(facts: readonly Fact[], { width, theme }: RenderOptions): string[] {
  const labelWidth = Math.max(0, ...facts.map(([label]) => displayWidth(label))) + 2;
  return facts.flatMap(([label, text]) => {
    const [first, ...rest] = breakText(text, width - 2 - labelWidth).map((line) => line.trim());
    const space = ' '.repeat(labelWidth - displayWidth(label));
    return [`${theme.muted(label)}${space}${first ?? ''}`, ...rest.map((line) => ' '.repeat(labelWidth) + line)];
  });
}
