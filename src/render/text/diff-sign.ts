/** The sign of a change at the beginning of its line, and the colour that goes with it. */

import type { Style, Theme } from '../theme.js';

export function signOf(change: string, theme: Theme): { text: string; style: Style } {
  if (change === 'added') return { text: '+', style: theme.pass };
  if (change === 'removed') return { text: '−', style: theme.level.error };
  return { text: '~', style: theme.level.warning };
}
