/**
 * Recognizes files that Ollama's converter wrote (ollama/convert) and that llama.cpp refuses. Ollama's engine read text and images from one
 * file, with its own keys and architectures; such files are still in its registry, and users copy them from its store.
 */

import { architectureOf } from '../architectures/book.js';
import { formatCount } from '../words/format-quantity.js';
import { demandsOf } from './architecture-demands.js';
import { asArray, entryOf, ownEntry } from './entries.js';
import { kindOf } from './kind.js';
import type { Model } from './model.js';
import { OLLAMA_ARCHITECTURES } from './runtime.js';

/** Keys that only Ollama's converter writes. They are harmless. */
const KEYS = ['tokenizer.ggml.eos_token_ids', 'tokenizer.ggml.add_padding_token', 'tokenizer.ggml.add_unknown_token'];
const OWN_KEYS = [
  ...['rope.local.freq_base', 'rope.global.freq_base', 'rope.mrope_interleaved', 'mrope_sections'],
  ...['mm.tokens_per_image', 'vision.block_count'],
];

/** Parts of a model for images and sound, which llama.cpp reads from a separate file. */
const EMBEDDED = /^(?:v|mm|a)\./;

/** The reasons why llama.cpp refuses the file, in words; empty for files from other converters, and for files that llama.cpp accepts. */
export function ollamaSigns(model: Model): string[] {
  const { architecture } = model.hyperparameters;
  if (architecture === null || kindOf(model) !== 'model') return [];
  if (Object.hasOwn(OLLAMA_ARCHITECTURES, architecture)) {
    const name = OLLAMA_ARCHITECTURES[architecture];
    return [`the architecture ${architecture}${name === null ? '' : `, which llama.cpp calls ${name}`}`];
  }
  if (architectureOf(architecture) === null) return [];
  const signs: string[] = [];
  const embedded = model.tensors.filter(({ name }) => EMBEDDED.test(name)).length;
  if (embedded > 0) signs.push(`${formatCount(embedded, 'tensor')} for images or audio in the file of the text model`);
  const sections = asArray(ownEntry(model, 'rope.dimension_sections'));
  if (sections?.count === 3 && (embedded > 0 || hasMark(model))) signs.push('3 values in rope.dimension_sections');
  if (model.tensors.some(({ type }) => type?.fork === 'Ollama')) signs.push('MXFP4 under type id 4');
  if (signs.length > 0 || !hasMark(model)) return signs;
  const missing = demandsOf(architecture, model.file).filter((key) => entryOf(model.file, key) === undefined);
  return missing.length === 0 ? [] : [`no ${missing[0]}`];
}

function hasMark(model: Model): boolean {
  return (
    KEYS.some((key) => entryOf(model.file, key) !== undefined) ||
    OWN_KEYS.some((key) => ownEntry(model, key) !== undefined)
  );
}
