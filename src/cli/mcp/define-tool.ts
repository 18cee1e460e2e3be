/** How a tool is defined, and the arguments that several tools take. */

import { z } from 'zod';
import type { RenderOptions } from '../../render/options.js';
import { PLAIN_THEME } from '../../render/theme.js';
import type { Found } from './answer.js';
import { type ModelInput, modelInput, type Reach } from './model-input.js';

/** What the work of a tool gets besides its arguments. */
export interface Asking {
  reach: Reach;
  /** Stops the work: the caller canceled it or is gone, or it took too long. */
  signal: AbortSignal;
}

export interface ToolDefinition<Input extends z.ZodObject = z.ZodObject> {
  name: string;
  title: string;
  /** For the assistant: what the tool is for, and when to use another one. */
  description: string;
  input: Input;
  /** The schema of the facts, if the tool has any. */
  facts?: z.ZodObject;
  run(args: z.output<Input>, asking: Asking): Promise<Found>;
}

/** A tool as the server sees it, without the types of its arguments. */
export interface Tool extends Omit<ToolDefinition, 'run'> {
  run(args: never, asking: Asking): Promise<Found>;
}

/** Defines a tool. The type of what its work gets follows from its schema. Every tool also takes `offset`. */
export function defineTool<Input extends z.ZodObject>(definition: ToolDefinition<Input>): Tool {
  return definition as unknown as Tool;
}

/** Wide enough for whole names, and for what each row does. */
export const PAGE: RenderOptions = { width: 160, theme: PLAIN_THEME };

const MOST_OF_A_TEXT = 4096;
const MOST_OF_A_LIST = 64;

export const word = z.string().min(1).max(MOST_OF_A_TEXT);
export const words = z.array(word).min(1).max(MOST_OF_A_LIST);

export const MODEL = word.describe(
  'the model: path of a .gguf file, or of a folder with one model in it; any file of a split model; "demo" for the small model that is included',
);

/** The argument that every tool has. */
export const PAGING = z.strictObject({
  offset: z
    .int()
    .min(0)
    .default(0)
    .describe('lines of the answer to skip: an answer that was cut says where it goes on'),
});

export const CONTEXT = z
  .array(z.int().min(1))
  .min(1)
  .max(16)
  .optional()
  .describe('context lengths in tokens, such as [8192, 32768]');

/** The arguments about the hardware that a model must fit. */
export const CARDS = {
  gpu: words
    .optional()
    .describe(
      'graphics cards: what is free on each ("24GiB"), a name ("RTX 4090"), or ["auto"] for those of this machine',
    ),
  ram: word.optional().describe('system RAM that is free, such as "64GiB"'),
  budget: word.optional().describe('bytes that all together may take, such as "16GiB"; without gpu'),
};

/** The field that says whether lists in the facts were shortened. */
export const OMITTED = z.int().min(0).describe('entries that were left out of the lists to keep the answer short');

/** The first argument of most functions of the library, and the options that they share. */
export function asked(typed: string, { reach, signal }: Asking): [string, { name: string; signal: AbortSignal }] {
  const { input, name }: ModelInput = modelInput(typed, reach);
  return [input, { name, signal }];
}

/** The options without those that are undefined. */
export function given<T extends object>(options: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}
