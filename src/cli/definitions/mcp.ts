/** The definition of `mcp`. */

import { defineCommand, type OptionsOf } from '../define-command.js';
import { countLike, readBytes, readSeconds } from '../option-values.js';
import { flag, value, values } from '../options.js';

export const MCP = defineCommand({
  name: 'mcp',
  summary: 'a server for assistants (Model Context Protocol)',
  details:
    'An assistant starts it and calls its tools: list, explain, check, memory, sizes, tensors, tensor, metadata, diff. It only reads, and ends when its input does.',
  group: 'programs',
  reports: [],
  piece: 'mcp',
  server: true,
  arguments: [],
  options: [
    values(
      '--root <folder>',
      'a folder whose models may be read (default: the working folder); may be repeated',
      (folders) => [...folders],
      {
        offers: 'folders',
      },
    ),
    flag('--allow-remote', 'also allow addresses: https://, hf:, ollama:, ms:'),
    value('--jobs <n>', 'calls handled at the same time (default: 2)', countLike('write 4')),
    value('--time-limit <seconds>', 'seconds for one call (default: 60)', readSeconds),
    value('--max-answer <size>', 'longest answer (default: 24KiB); a client can ask for the rest', readBytes),
  ],
  formats: { names: ['text'] },
});

export type McpOptions = OptionsOf<typeof MCP>;
