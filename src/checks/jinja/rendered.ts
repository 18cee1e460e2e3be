/**
 * The results of rendering a file's chat templates with the fixed conversations. Rules about them find the results here after they were
 * rendered.
 */

import type { GgufFile } from '../../gguf/decode.js';
import type { Subject } from '../applies-to.js';
import type { Rendering } from './bounded-interpreter.js';
import type { Conversation } from './conversations.js';
import type { Template } from './templates.js';

/** A chat template with its result for each conversation. */
export interface RenderedTemplate {
  template: Template;
  /** Why it cannot be parsed; then nothing was rendered. */
  failure?: Exclude<Rendering, { text: string }>;
  renderings: readonly { conversation: Conversation; rendering: Rendering }[];
  /** The result for a question with its answer. */
  answered?: Rendering;
}

export interface RenderedTemplates {
  templates: readonly RenderedTemplate[];
  /** The words between `<|` and `|>` in the output that are tokens; undefined if the vocabulary was not searched. */
  tokens: ReadonlySet<string> | undefined;
}

const rendered = new WeakMap<GgufFile, RenderedTemplates>();

export function keepRendered(file: GgufFile, templates: RenderedTemplates): void {
  rendered.set(file, templates);
}

/** Chat templates that were rendered; `check` renders those of every file that has some. */
export const renderedTemplates: Subject<RenderedTemplates> = {
  what: 'chat templates that were rendered',
  find: ({ file }) => rendered.get(file) ?? null,
};

/** Words that look like special tokens, such as `<|im_start|>`, in order and without repetition. */
export function tokenLikeWords(text: string): string[] {
  return [...new Set(text.match(/<\|[^|<>\s]{1,64}\|>|<\uff5c[^\uff5c<>\s]{1,64}\uff5c>/g) ?? [])];
}

/** The texts of plain conversations; conversations with tools describe additional formats. */
export function plainTexts({ renderings }: RenderedTemplate): string[] {
  return renderings.flatMap(({ conversation, rendering }) =>
    'text' in rendering && conversation.name !== 'tools' ? [rendering.text] : [],
  );
}
