/** Checks keys and values of the metadata against the format, whatever they mean. */

import { exactKey } from '../../gguf/exact-text.js';
import { MAX_KEY_BYTES } from '../../gguf/limits.js';
import { anyFile } from '../applies-to.js';
import { defineCheck } from '../define-check.js';
import { entryPlace, shortened } from '../place.js';
import { repeated } from '../repeated.js';

export const METADATA_CHECKS = [
  /** A value that no program can look up. */
  defineCheck({
    code: 'empty-key',
    group: 'format',
    level: 'error',
    says: 'metadata entry {index} has an empty key',
    hint: 'convert the model again with a current converter',
    appliesTo: anyFile,
    judge({ file }) {
      return file.metadata
        .map((entry, index) => ({ entry, index }))
        .filter(({ entry }) => entry.key === '')
        .map(({ entry, index }) => ({ place: { offset: entry.offset }, facts: { index } }));
    },
  }),
  /** The specification limits the length of keys; the reference does not. */
  defineCheck({
    code: 'key-too-long',
    group: 'format',
    level: 'warning',
    says: 'a key of {bytes} bytes; the specification allows {most}',
    hint: 'programs may refuse the file; write it again with a shorter key',
    appliesTo: anyFile,
    judge({ file }) {
      return file.metadata
        .map((entry) => ({ entry, bytes: exactKey(entry).length }))
        .filter(({ bytes }) => bytes > MAX_KEY_BYTES)
        .map(({ entry, bytes }) => ({
          place: { offset: entry.offset },
          facts: { bytes, most: MAX_KEY_BYTES },
        }));
    },
  }),
  /** Keys are compared byte by byte, including those that are not UTF-8. */
  defineCheck({
    code: 'duplicate-key',
    group: 'format',
    level: 'error',
    says: 'the key {key} appears in the file more than once; the first value is used',
    hint: 'write the file again with each key once',
    appliesTo: anyFile,
    judge({ file }) {
      return repeated(file.metadata, exactKey).map((entry) => ({
        place: entryPlace(entry),
        facts: { key: shortened(entry.key) },
      }));
    },
  }),
  /** The specification allows arrays of arrays; the reference does not support them, not even empty ones. */
  defineCheck({
    code: 'nested-array',
    group: 'format',
    level: 'error',
    says: 'an array of arrays, which llama.cpp does not read',
    hint: 'convert the model again with a current converter, which writes flat arrays',
    appliesTo: anyFile,
    judge({ file }) {
      return file.metadata
        .filter(({ value }) => typeof value === 'object' && value.kind === 'array' && value.itemType === 'array')
        .map((entry) => ({ place: entryPlace(entry) }));
    },
  }),
];
