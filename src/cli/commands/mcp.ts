/** `mcp`: the tools of the program for an assistant. The code for the protocol is loaded only here. */

import { UsageError } from '../../explained-error.js';
import type { McpOptions } from '../definitions/mcp.js';
import { makeReach } from '../mcp/model-input.js';
import { serveTools, USUAL_JOBS } from '../mcp/serve.js';

const USUAL_MILLISECONDS = 60_000;
const USUAL_BYTES = 24 * 1024;

/** A shorter answer would be little more than the line that says what was left out. */
const LEAST_BYTES = 2 * 1024;

export async function run(options: McpOptions): Promise<void> {
  const { root = ['.'], allowRemote = false, jobs = USUAL_JOBS, timeLimit = USUAL_MILLISECONDS } = options;
  const { maxAnswer: mostBytes = USUAL_BYTES } = options;
  if (mostBytes < LEAST_BYTES) throw new UsageError('bad-size', `--max-answer: write ${LEAST_BYTES / 1024}KiB or more`);
  const reach = makeReach(root, allowRemote);
  await serveTools({ reach, mostBytes, timeLimit, jobs });
}
