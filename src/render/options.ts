/** What a renderer is told about the place that its text goes to. */

import type { Theme } from './theme.js';

export interface RenderOptions {
  /** Columns of the terminal, or of the page where there is none. */
  width: number;
  theme: Theme;
}
