/** What to try next: commands that can be pasted. */

import type { ExplainReport } from '../../report/explain-schema.js';
import type { RenderOptions } from '../options.js';
import { shellWord } from './shell-word.js';

/** Of a tensor's name, in UTF-16 units. */
const MOST_OF_A_NAME = 200;

export function nextSection({ file, tensors, companions = [] }: ExplainReport, { theme }: RenderOptions): string[] {
  const model = shellWord(file.name);
  const example =
    tensors.find(({ role }) => role === 'attention-query') ?? tensors.find(({ shape }) => shape.in) ?? tensors[0];
  // A name that is far too long for a line is not to be pasted, and one that is cut names no tensor.
  const named = example !== undefined && example.name.length <= MOST_OF_A_NAME;
  const commands = [
    ...(named ? [`gguf-explain tensor ${model} ${shellWord(example.name)}`] : []),
    ...(example === undefined ? [] : [`gguf-explain tensors ${model} --sort bytes`]),
    ...(example === undefined ? [] : [`gguf-explain flow ${model}`]),
    ...(example === undefined ? [] : [`gguf-explain memory ${model}`]),
    `gguf-explain check ${model}`,
    `gguf-explain metadata ${model}`,
    ...companions.map(({ name }) => `gguf-explain ${shellWord(name)}`),
  ];
  return [theme.heading('NEXT'), ...commands.map(theme.command)];
}
