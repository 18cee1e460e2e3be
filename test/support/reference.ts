/** The reference data in fixtures/: what llama.cpp wrote, computed and knows. The claims of README.md and docs/ are compared with it. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PAGES, pageText } from './pages.js';
import { FIXTURES_FOLDER, ggufFilesIn } from './places.js';

/** Vocabularies of llama.cpp without a model, each with its tokenizer test: texts (`.inp`) and their ids (`.out`). */
export const VOCABULARIES_FOLDER = join(FIXTURES_FOLDER, 'vocabularies');

/** Small random models with all their weights, and the results that llama.cpp computed for one prompt of each. */
export const COMPUTED_FOLDER = join(FIXTURES_FOLDER, 'computed');

/** The same for one model per kind of block, with the outputs of its layers. */
export const BLOCKS_FOLDER = join(FIXTURES_FOLDER, 'blocks');

/** Headers of models of many architectures, without data, as paths. */
export const HEADERS = ggufFilesIn(join(FIXTURES_FOLDER, 'headers'));

/** Headers of 40 small models that `memory-v0.5.json` and `sizes-v0.5.json` name, as paths. */
export const HEADERS_V0_5 = ggufFilesIn(join(FIXTURES_FOLDER, 'headers', 'v0.5'));

/** Headers of small models of all architectures that llama.cpp v0.5.0 computes, as paths. */
export const HEADERS_COMPUTED = ggufFilesIn(join(FIXTURES_FOLDER, 'headers', 'computed'));

/** Every file here that llama.cpp wrote, as paths: headers, vocabularies, whole models. */
export const WRITTEN_BY_LLAMA_CPP: readonly string[] = [
  ...ggufFilesIn(FIXTURES_FOLDER),
  ...HEADERS,
  ...ggufFilesIn(VOCABULARIES_FOLDER),
  ...ggufFilesIn(COMPUTED_FOLDER),
  ...ggufFilesIn(BLOCKS_FOLDER),
];

/** The facts that llama.cpp knows: `architectures.json`, `ggml-types.json` and others in fixtures/facts. */
export function factsIn<T>(name: string): T {
  return JSON.parse(readFileSync(join(FIXTURES_FOLDER, 'facts', name), 'utf8')) as T;
}

/**
 * The buffers that llama.cpp allocates (`memory.json`) and the types that its quantizer writes (`sizes.json`), by the names of models;
 * `…-v0.5.json`: v0.5.0.
 */
export function goldenOf<T>(name: string): T {
  return JSON.parse(readFileSync(join(FIXTURES_FOLDER, 'golden', name), 'utf8')) as T;
}

/** The header of a model that the golden data names; `headers/v0.5` for those of v0.5.0. */
export function headerOf(name: string, folder = 'headers'): string {
  return join(FIXTURES_FOLDER, name === 'tiny-stories-f16' ? 'golden' : folder, `${name}.gguf`);
}

/** README.md and the pages of docs/ with single spaces, to search them for the figures that they claim. */
export function pagesText(): string {
  return PAGES.map(pageText).join(' ').replaceAll(/\s+/g, ' ');
}
