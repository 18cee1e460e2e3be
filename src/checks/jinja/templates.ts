/** The chat templates of a file, each cut into pieces once, however many rules look at it. */

import type { GgufFile } from '../../gguf/decode.js';
import { KEPT_STRING_BYTES } from '../../gguf/limits.js';
import type { Subject } from '../applies-to.js';
import { cutTemplate, type Pieces } from './jinja-pieces.js';

const KEY = 'tokenizer.chat_template';

export interface Template {
  key: string;
  /** Offset of its metadata entry. */
  offset: number;
  /** All of it, or as much as is kept. */
  text: string;
  whole: boolean;
  /** Bytes of all of it; null where it is kept whole. */
  byteLength: number | null;
}

export interface CutTemplate extends Template, Pieces {}

/**
 * Characters of all templates of a file together that the rules read, in UTF-16 units: as much as the longest template that is kept
 * whole. Real files have several templates of at most some tens of thousands; the rules are linear, so this bounds their work.
 */
export const MOST_JUDGED = KEPT_STRING_BYTES;

/** In file order: the one that is used unless another is asked for, and those with a name of their own. */
export function templatesOf({ metadata }: GgufFile): Template[] {
  return metadata.flatMap(({ key, value, offset }): Template[] => {
    if (key !== KEY && !key.startsWith(`${KEY}.`)) return [];
    if (typeof value === 'string') return [{ key, offset, text: value, whole: true, byteLength: null }];
    if (typeof value !== 'object' || value.kind !== 'long-string') return [];
    return [{ key, offset, text: value.head, whole: false, byteLength: value.byteLength }];
  });
}

export interface JudgedTemplates {
  /** Those that the rules read. */
  cut: readonly CutTemplate[];
  /** Those that no longer fit into what is read of a file. */
  left: readonly Template[];
}

const read = new WeakMap<GgufFile, JudgedTemplates>();

/** The templates that a rule about their words looks at. `text-not-checked` tells of the others. */
export const chatTemplates: Subject<{ templates: readonly CutTemplate[] }> = {
  what: 'chat templates',
  find({ file }) {
    const { cut } = judgedTemplatesOf(file);
    return cut.length === 0 ? null : { templates: cut };
  },
};

/** In file order, until the next one would be too much; shorter ones behind it are left as well, so that what is read can be told. */
export function judgedTemplatesOf(file: GgufFile): JudgedTemplates {
  let judged = read.get(file);
  if (judged === undefined) {
    const templates = templatesOf(file);
    let characters = 0;
    const end = templates.findIndex(({ text }) => {
      characters += text.length;
      return characters > MOST_JUDGED;
    });
    const fitting = end < 0 ? templates : templates.slice(0, end);
    const cut = fitting.map((template) => ({ ...template, ...cutTemplate(template.text) }));
    judged = { cut, left: templates.slice(fitting.length) };
    read.set(file, judged);
  }
  return judged;
}

/** The line of a place in a template, from 1. */
export function lineOf({ text }: Pick<Template, 'text'>, at: number): number {
  let line = 1;
  for (let end = text.indexOf('\n'); end >= 0 && end < at; end = text.indexOf('\n', end + 1)) line++;
  return line;
}
