/** What to try next: commands that can be pasted. */

import type { ExplainReport } from '../../report/schema.js';
import type { RenderOptions } from '../options.js';
import { shellWord } from './shell-word.js';

export function nextSection({ file, tensors, companions = [] }: ExplainReport, { theme }: RenderOptions): string[] {
  const model = shellWord(file.name);
  const example =
    tensors.find(({ role }) => role === 'attention-query') ?? tensors.find(({ shape }) => shape.in) ?? tensors[0];
  const commands = [
    ...(example === undefined ? [] : [`gguf-explain tensor ${model} ${shellWord(example.name)}`]),
    ...(example === undefined ? [] : [`gguf-explain tensors ${model} --sort bytes`]),
    ...(example === undefined ? [] : [`gguf-explain flow ${model}`]),
    ...(example === undefined ? [] : [`gguf-explain memory ${model}`]),
    `gguf-explain check ${model}`,
    `gguf-explain metadata ${model}`,
    ...companions.map(({ name }) => `gguf-explain ${shellWord(name)}`),
  ];
  return [theme.heading('NEXT'), ...commands.map(theme.command)];
}
