/**
 * All commands, in the order of the help. Everything that is derived from definitions is derived from this list. The work of a command is
 * loaded when it is called; only that of `explain` is always there, because most runs need it.
 */

import { run as explain } from './commands/explain.js';
import { type Command, withWork } from './define-command.js';
import { ATTENTION } from './definitions/attention.js';
import { CHECK } from './definitions/check.js';
import { COMPLETION } from './definitions/completion.js';
import { DIFF } from './definitions/diff.js';
import { EXPLAIN } from './definitions/explain.js';
import { FLOW } from './definitions/flow.js';
import { HASH } from './definitions/hash.js';
import { LEARN } from './definitions/learn.js';
import { LIST } from './definitions/list.js';
import { MCP } from './definitions/mcp.js';
import { MEMORY } from './definitions/memory.js';
import { METADATA } from './definitions/metadata.js';
import { SCAN } from './definitions/scan.js';
import { SCHEMA } from './definitions/schema.js';
import { SIZES } from './definitions/sizes.js';
import { TENSOR } from './definitions/tensor.js';
import { TENSORS } from './definitions/tensors.js';
import { TOKEN } from './definitions/token.js';

export const COMMANDS: readonly Command[] = [
  withWork(EXPLAIN, () => ({ run: explain })),
  withWork(LEARN, () => import('./commands/learn.js')),
  withWork(FLOW, () => import('./commands/flow.js')),
  withWork(ATTENTION, () => import('./commands/attention.js')),
  withWork(TOKEN, () => import('./commands/token.js')),
  withWork(TENSORS, () => import('./commands/tensors.js')),
  withWork(TENSOR, () => import('./commands/tensor.js')),
  withWork(METADATA, () => import('./commands/metadata.js')),
  withWork(MEMORY, () => import('./commands/memory.js')),
  withWork(SIZES, () => import('./commands/sizes.js')),
  withWork(CHECK, () => import('./commands/check.js')),
  withWork(DIFF, () => import('./commands/diff.js')),
  withWork(HASH, () => import('./commands/hash.js')),
  withWork(SCAN, () => import('./commands/scan.js')),
  withWork(LIST, () => import('./commands/list.js')),
  withWork(MCP, () => import('./commands/mcp.js')),
  withWork(SCHEMA, () => import('./commands/schema.js')),
  withWork(COMPLETION, async () => (await import('./commands/completion.js')).completionOver(COMMANDS)),
];
