/** What a renderer knows about the place where its text is shown. */

import type { Theme } from './theme.js';

/** The kinds of shells for which commands are quoted: POSIX, PowerShell and cmd.exe. */
export type Shell = 'posix' | 'powershell' | 'cmd';

export interface RenderOptions {
  /** Columns of the terminal, or of the page if there is no terminal. */
  width: number;
  theme: Theme;
  /** The shell for the commands that a page proposes. Default: a POSIX shell. */
  shell?: Shell | undefined;
}
