/** The chat templates of a file, each split into pieces only once for all rules. */

import type { GgufFile } from '../../gguf/decode.js';
import { KEPT_STRING_BYTES } from '../../gguf/limits.js';
import type { Subject } from '../applies-to.js';
import { cutTemplate, type Pieces } from './jinja-pieces.js';

const KEY = 'tokenizer.chat_template';

export interface Template {
  key: string;
  /** Offset of its metadata entry. */
  offset: number;
  /** The whole text, or the part that is kept. */
  text: string;
  whole: boolean;
  /** Length of the whole text in bytes; null if the text is complete. */
  byteLength: number | null;
}

export interface CutTemplate extends Template, Pieces {}

/**
 * Most characters (UTF-16 units) that the rules read in all templates of a file together: the length of the longest template that is kept
 * whole. Real files have a few templates of at most some ten thousand characters; the rules take linear time, so this bounds their work.
 */
export const MOST_JUDGED = KEPT_STRING_BYTES;

/** The default template and the named templates, in file order. */
export function templatesOf({ metadata }: GgufFile): Template[] {
  return metadata.flatMap(({ key, value, offset }): Template[] => {
    if (key !== KEY && !key.startsWith(`${KEY}.`)) return [];
    if (typeof value === 'string') return [{ key, offset, text: value, whole: true, byteLength: null }];
    if (typeof value !== 'object' || value.kind !== 'long-string') return [];
    return [{ key, offset, text: value.head, whole: false, byteLength: value.byteLength }];
  });
}

export interface JudgedTemplates {
  /** Templates that the rules read. */
  cut: readonly CutTemplate[];
  /** Templates that exceed the limit for a file. */
  left: readonly Template[];
}

const read = new WeakMap<GgufFile, JudgedTemplates>();

/** The templates that rules about the source of templates judge. `text-not-checked` reports the others. */
export const chatTemplates: Subject<{ templates: readonly CutTemplate[] }> = {
  what: 'chat templates',
  find({ file }) {
    const { cut } = judgedTemplatesOf(file);
    return cut.length === 0 ? null : { templates: cut };
  },
};

/**
 * Takes templates in file order until the next one would exceed the limit. Shorter ones after it are skipped too, so that the finding can
 * say where reading stopped.
 */
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

/** The line of an index in a template, from 1. */
export function lineOf({ text }: Pick<Template, 'text'>, at: number): number {
  let line = 1;
  for (let end = text.indexOf('\n'); end >= 0 && end < at; end = text.indexOf('\n', end + 1)) line++;
  return line;
}
