import { canProjectTo, projectedLength, saidProjection } from '../../model/projectors.js';
import type { Check } from '../check.js';
import { isProjector, languageModels } from '../subjects.js';

/** Vectors that come out of a projector stand among those of tokens, so both have one length (mtmd.cpp). */
export const projectorMisfit: Check = {
  code: 'projector-misfit',
  judge(model, { neighbours }) {
    const candidates = isProjector(model) ? languageModels(neighbours) : [];
    const [first] = candidates;
    const fits = (length: number | null) => length === null || canProjectTo(model, length);
    if (first === undefined || candidates.some((one) => fits(one.model.hyperparameters.embeddingLength))) return [];
    const made = projectedLength(model);
    const said = saidProjection(model);
    const facts = {
      made: made?.length ?? said?.length ?? 'another length',
      wanted: first.model.hyperparameters.embeddingLength as number,
      model: first.fileName,
    };
    const place = made !== null ? { tensor: made.tensor } : said !== null ? { key: said.key } : {};
    return [{ code: 'projector-misfit', place, facts }];
  },
};
