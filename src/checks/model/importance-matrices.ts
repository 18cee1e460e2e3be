/** Importance matrices: for each matrix of a model, how strongly each of its inputs was used (common/imatrix-loader.cpp). */

import { importanceEntries } from '../../model/importance.js';
import { importanceMatrix, languageModels } from '../applies-to.js';
import { defineCheck } from '../define-check.js';
import { tensorPlace } from '../place.js';

export const IMPORTANCE_MATRIX_CHECKS = [
  /** The loader fails if one half of a pair is missing. */
  defineCheck({
    code: 'imatrix-pair-incomplete',
    group: 'model',
    level: 'error',
    says: '{missing} is missing for {tensor} ({count, entry} incomplete)',
    hint: 'llama-quantize refuses the file; compute the importance matrix again',
    appliesTo: importanceMatrix,
    judge({ model }) {
      const halves = importanceEntries(model.tensors).filter(({ sums, counts }) => sums === null || counts === null);
      const [first] = halves;
      if (first === undefined) return [];
      const there = (first.sums ?? first.counts)!;
      const missing = `${first.of}.${first.sums === null ? 'in_sum2' : 'counts'}`;
      return [{ place: tensorPlace(there), facts: { tensor: there.name, missing, count: halves.length } }];
    },
  }),
  defineCheck({
    code: 'imatrix-not-f32',
    group: 'model',
    level: 'error',
    says: '{tensor} is of type {type}; sums and counts are F32 ({count, tensor} of this kind)',
    hint: 'llama-quantize refuses the file; compute the importance matrix again',
    appliesTo: importanceMatrix,
    judge({ model }) {
      const parts = importanceEntries(model.tensors).flatMap(({ sums, counts }) => [sums, counts]);
      const wrong = parts.filter((tensor) => tensor !== null).filter(({ type }) => type?.name !== 'F32');
      const [first] = wrong;
      if (first === undefined) return [];
      const facts = { tensor: first.name, type: first.type?.name ?? `id ${first.typeId}`, count: wrong.length };
      return [{ place: tensorPlace(first), facts }];
    },
  }),
  defineCheck({
    code: 'imatrix-empty',
    group: 'model',
    level: 'error',
    says: 'the importance matrix has no entries',
    hint: 'llama-quantize refuses the file; compute the importance matrix again',
    appliesTo: importanceMatrix,
    judge({ model }) {
      return importanceEntries(model.tensors).length === 0 ? [{ place: { key: 'general.type' } }] : [];
    },
  }),
  /** The quantizer fails at a matrix whose row length differs from that of its entry. */
  defineCheck({
    code: 'imatrix-misfit',
    group: 'model',
    level: 'error',
    says: 'does not fit {model}: {tensor} has {length, input} here, but {wanted} in the model',
    hint: 'use the importance matrix that was computed with this model',
    appliesTo: importanceMatrix,
    judge({ model, neighbors }) {
      const bases = languageModels(neighbors);
      const misfits = bases.map((base) => {
        const widths = new Map(base.model.tensors.map(({ name, dimensions }) => [name, dimensions[0] ?? 1]));
        const wrong = importanceEntries(model.tensors).find(
          ({ of, inputs }) => inputs !== null && widths.has(of) && widths.get(of) !== inputs,
        );
        return { base, wrong, wanted: wrong === undefined ? 0 : (widths.get(wrong.of) as number) };
      });
      const [first] = misfits;
      if (first?.wrong === undefined || misfits.some(({ wrong }) => wrong === undefined)) return [];
      const { of: tensor, inputs: length, sums } = first.wrong;
      const facts = { model: first.base.fileName, tensor, length: length as number, wanted: first.wanted };
      return [{ place: sums === null ? {} : tensorPlace(sums), facts }];
    },
  }),
];
