/** Projectors (mmproj files), alone and compared with their language model. */

import { entryOf } from '../../model/entries.js';
import {
  canProjectTo,
  PROJECTOR_TYPES,
  projectedLength,
  projectedStreams,
  projectorTypes,
  saidProjection,
  takenStreams,
} from '../../model/projectors.js';
import { formatInteger } from '../../words/format-quantity.js';
import { languageModels, projector } from '../applies-to.js';
import { defineCheck } from '../define-check.js';
import { entryPlace } from '../place.js';

export const PROJECTOR_CHECKS = [
  defineCheck({
    code: 'projector-type-missing',
    group: 'model',
    level: 'error',
    says: 'the projector does not state its kind (clip.projector_type)',
    hint: 'convert the projector again with a current converter',
    appliesTo: projector,
    judge({ model }) {
      if (projectorTypes(model).length > 0) return [];
      return [{ place: { key: 'clip.projector_type' } }];
    },
  }),
  /** The loader fails at a name that it does not know, but new versions add new names. */
  defineCheck({
    code: 'projector-type-unknown',
    group: 'model',
    level: 'warning',
    says: 'gguf-explain does not know the kind of projector {type}',
    hint: 'a version of llama.cpp that does not know it refuses the file',
    appliesTo: projector,
    judge({ model }) {
      return projectorTypes(model)
        .filter(({ type }) => !PROJECTOR_TYPES.has(type))
        .map(({ key, type }) => ({
          place: entryPlace(entryOf(model.file, key)!),
          facts: { type },
        }));
    },
  }),
  /** Compares the vector length in the metadata with that of the last matrix. */
  defineCheck({
    code: 'projection-disagrees',
    group: 'model',
    level: 'warning',
    says: '{key} is {said}, but {tensor} outputs vectors of length {made}',
    hint: 'the metadata and the tensors are from different projectors; convert it again',
    appliesTo: projector,
    judge({ model }) {
      const said = saidProjection(model);
      const made = projectedLength(model);
      if (said === null || made === null || said.length === made.length) return [];
      const facts = { said: said.length, made: made.length, tensor: made.tensor, key: said.key };
      return [{ place: entryPlace(entryOf(model.file, said.key)!), facts }];
    },
  }),
  /** The vectors of a projector are inserted between those of tokens, so both have the same length (mtmd.cpp). */
  defineCheck({
    code: 'projector-misfit',
    group: 'model',
    level: 'error',
    says: 'the length of its output vectors is {made}, but {model} needs {wanted}',
    hint: 'use the projector that was published with this model',
    appliesTo: projector,
    judge({ model, neighbors }) {
      const candidates = languageModels(neighbors);
      const [first] = candidates;
      if (first === undefined || candidates.some((one) => canProjectTo(model, one.model))) return [];
      const made = projectedLength(model);
      const said = saidProjection(model);
      const length = made?.length ?? said?.length;
      const facts = {
        made: length === undefined ? 'a different one' : widthWords(length, projectedStreams(model)),
        wanted: widthWords(first.model.hyperparameters.embeddingLength as number, takenStreams(first.model)),
        model: first.fileName,
      };
      const place = made !== null ? { tensor: made.tensor } : said !== null ? { key: said.key } : {};
      return [{ place, facts }];
    },
  }),
];

/** If the projector also outputs vectors for later layers, the language model reads all of them as one vector. */
function widthWords(length: number, streams: number): string | number {
  if (streams === 1) return length;
  return `${formatInteger(length * streams)} (${formatInteger(length)} × (1 + ${streams - 1} deepstack layers))`;
}
