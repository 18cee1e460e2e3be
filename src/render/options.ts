/** What a renderer is told about the place that its text goes to. */

import type { Theme } from './theme.js';

/** The shells that commands are written for: those of POSIX, PowerShell and cmd.exe. */
export type Shell = 'posix' | 'powershell' | 'cmd';

export interface RenderOptions {
  /** Columns of the terminal, or of the page where there is none. */
  width: number;
  theme: Theme;
  /** Where the commands that a page proposes are typed; a POSIX shell where it is left out. */
  shell?: Shell | undefined;
}
