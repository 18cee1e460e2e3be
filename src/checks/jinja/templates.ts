/** The chat templates of a file, each cut into pieces once, however many rules look at it. */

import type { GgufFile } from '../../gguf/decode.js';
import { MAX_TEMPLATE_CHARACTERS } from '../../gguf/limits.js';
import { cutTemplate, type Pieces } from './pieces.js';

const KEY = 'tokenizer.chat_template';

export interface Template extends Pieces {
  key: string;
  /** Offset of its metadata entry. */
  offset: number;
  /** All of it, or as much as is kept. */
  text: string;
  whole: boolean;
  /** Bytes of all of it; null where it is kept whole. */
  byteLength: number | null;
}

const read = new WeakMap<GgufFile, readonly Template[]>();

/** In file order: the one that is used unless another is asked for, and those with a name of their own. */
export function templatesOf(file: GgufFile): readonly Template[] {
  let templates = read.get(file);
  if (templates === undefined) {
    templates = cutAll(file);
    read.set(file, templates);
  }
  return templates;
}

/** Of a template for which no room is left the beginning is judged, as of one that is too long to be kept. */
const HEAD_CHARACTERS = 1024;

function cutAll({ metadata }: GgufFile): Template[] {
  let room = MAX_TEMPLATE_CHARACTERS;
  return metadata.flatMap(({ key, value, offset }): Template[] => {
    if (key !== KEY && !key.startsWith(`${KEY}.`)) return [];
    if (typeof value === 'string' && value.length > Math.max(room, HEAD_CHARACTERS)) {
      const text = value.slice(0, HEAD_CHARACTERS);
      return [{ key, offset, text, whole: false, byteLength: Buffer.byteLength(value), ...cutTemplate(text) }];
    }
    if (typeof value === 'string') {
      room -= value.length;
      return [{ key, offset, text: value, whole: true, byteLength: null, ...cutTemplate(value) }];
    }
    if (typeof value !== 'object' || value.kind !== 'long-string') return [];
    const { head: text, byteLength } = value;
    return [{ key, offset, text, whole: false, byteLength, ...cutTemplate(text) }];
  });
}

/** The line of a place in a template, from 1. */
export function lineOf({ text }: Pick<Template, 'text'>, at: number): number {
  let line = 1;
  for (let end = text.indexOf('\n'); end >= 0 && end < at; end = text.indexOf('\n', end + 1)) line++;
  return line;
}
