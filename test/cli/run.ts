/** The program as people meet it: bin/gguf-explain.cjs in its own process, with nothing of the surroundings in its environment. */

import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { FIXTURES_FOLDER } from '../support/places.js';

export const PROJECT_FOLDER = dirname(FIXTURES_FOLDER);
export const PROGRAM = join(PROJECT_FOLDER, 'bin', 'gguf-explain.cjs');

export interface RunOptions {
  env?: Record<string, string>;
  /** What comes through standard input; nothing where it is left out. */
  input?: Uint8Array | string;
  /** COLUMNS, which says how wide a page may be that goes to no terminal. */
  columns?: number;
  cwd?: string;
}

export interface Outcome {
  stdout: string;
  stderr: string;
  /** Null where a signal ended the process. */
  code: number | null;
}

/** Runs the program and waits for it. The working folder is the project's unless another is given. */
export function run(args: readonly string[], options: RunOptions = {}): Outcome {
  const { env = {}, input = '', columns, cwd = PROJECT_FOLDER } = options;
  const { stdout, stderr, status } = spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd,
    env: { ...plainEnvironment(), ...(columns === undefined ? {} : { COLUMNS: String(columns) }), ...env },
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return { stdout, stderr, code: status };
}

/**
 * What decides on colors and width, what a test runner adds, and the certificates of a network: Node 20 reads them at every start,
 * which doubles its time.
 */
const DECIDING =
  /^(NO_COLOR|FORCE_COLOR|COLORTERM|CLICOLOR|CLICOLOR_FORCE|TERM|COLUMNS|LINES|NODE_OPTIONS|NODE_EXTRA_CA_CERTS|VITEST.*)$/;

/** The environment without all that changes what the program prints. */
export function plainEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name, value]) => value !== undefined && !DECIDING.test(name));
  // Tests leave nothing in the user's cache folder.
  return { ...Object.fromEntries(kept), GGUF_EXPLAIN_CODE_CACHE: '0' } as Record<string, string>;
}
