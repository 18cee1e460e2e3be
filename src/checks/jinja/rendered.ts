/** What the chat templates of a file make of the fixed conversations. Rules about it find it here, where somebody has rendered them. */

import type { GgufFile } from '../../gguf/decode.js';
import type { Subject } from '../applies-to.js';
import type { Rendering } from './bounded-interpreter.js';
import type { Conversation } from './conversations.js';
import type { Template } from './templates.js';

/** A chat template with what it makes of each conversation. */
export interface RenderedTemplate {
  template: Template;
  /** Why it cannot be read at all; then nothing was rendered. */
  failure?: Exclude<Rendering, { text: string }>;
  renderings: readonly { conversation: Conversation; rendering: Rendering }[];
  /** A question with its answer. */
  answered?: Rendering;
}

export interface RenderedTemplates {
  templates: readonly RenderedTemplate[];
  /** Of the words between `<|` and `|>` in what was rendered, those that are tokens; undefined where the vocabulary was not looked at. */
  tokens: ReadonlySet<string> | undefined;
}

const rendered = new WeakMap<GgufFile, RenderedTemplates>();

export function keepRendered(file: GgufFile, templates: RenderedTemplates): void {
  rendered.set(file, templates);
}

/** Chat templates that were rendered: `check` does so where a file has some. */
export const renderedTemplates: Subject<RenderedTemplates> = {
  what: 'chat templates that were rendered',
  find: ({ file }) => rendered.get(file) ?? null,
};

/** Words that look like a special token, such as `<|im_start|>`, each once and in order. */
export function tokenLikeWords(text: string): string[] {
  return [...new Set(text.match(/<\|[^|<>\s]{1,64}\|>|<\uff5c[^\uff5c<>\s]{1,64}\uff5c>/g) ?? [])];
}

/** The texts of plain conversations: those with tools teach formats of their own. */
export function plainTexts({ renderings }: RenderedTemplate): string[] {
  return renderings.flatMap(({ conversation, rendering }) =>
    'text' in rendering && conversation.name !== 'tools' ? [rendering.text] : [],
  );
}
