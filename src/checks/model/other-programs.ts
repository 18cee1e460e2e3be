/** Models that llama.cpp refuses but other programs run: what they are, and what the loaders of these programs demand. */

import { elementsOf, originalShapes } from '../../model/original-shapes.js';
import { programsWords, runtimeOf } from '../../model/runtime.js';
import { anyFile, ofOtherProgram } from '../applies-to.js';
import { defineCheck } from '../define-check.js';
import { entryPlace, shortened } from '../place.js';

export const OTHER_PROGRAM_CHECKS = [
  /** Says what the file is, so that users do not look for a fault in the file when they only use the wrong program. */
  defineCheck({
    code: 'other-program',
    group: 'model',
    level: 'advice',
    says: 'this is {what}: runs in {programs}; llama.cpp refuses it',
    hint: 'judged by the rules of the programs that run it, not by those of llama.cpp',
    appliesTo: ofOtherProgram,
    judge({ model }) {
      const runtime = runtimeOf(model);
      if (runtime === null) return [];
      return [{ place: { offset: 0 }, facts: { what: runtime.what, programs: programsWords(runtime) } }];
    },
  }),
  /** ComfyUI-GGUF reshapes a tensor to this shape, and fails if the number of elements differs (loader.py, get_orig_shape). */
  defineCheck({
    code: 'original-shape-disagrees',
    group: 'model',
    level: 'error',
    says: '{key} states the shape {shape} ({expected, number}), but the tensor has {found}',
    hint: 'ComfyUI cannot give the tensor this shape; convert the model again, or use another file of the model',
    appliesTo: anyFile,
    explains: true,
    judge({ model }) {
      const shapes = originalShapes(model.file);
      if (shapes.size === 0) return [];
      return model.tensors.flatMap((tensor) => {
        const original = shapes.get(tensor.name);
        if (original === undefined || original.dimensions === null) return [];
        const expected = elementsOf(original.dimensions);
        if (expected === tensor.elements) return [];
        const { entry, dimensions } = original;
        const shape = `[${[...dimensions].reverse().join(', ')}]`;
        const place = { ...entryPlace(entry), tensor: shortened(tensor.name) };
        return [{ place, facts: { key: shortened(entry.key), shape, expected, found: tensor.elements } }];
      });
    },
  }),
  /** ComfyUI's loaders accept only such an array and refuse the file otherwise. */
  defineCheck({
    code: 'original-shape-unusable',
    group: 'model',
    level: 'error',
    says: '{key} is not an array of i32 with the sizes of a tensor',
    hint: 'ComfyUI refuses such a file; convert the model again',
    appliesTo: anyFile,
    judge({ file }) {
      return [...originalShapes(file).values()]
        .filter(({ unusable }) => unusable)
        .map(({ entry }) => ({ place: entryPlace(entry), facts: { key: shortened(entry.key) } }));
    },
  }),
];
