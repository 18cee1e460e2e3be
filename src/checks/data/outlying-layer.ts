import { outlyingLayers } from '../../model/outlying-layers.js';
import { tensorPlace } from '../place.js';
import type { ValueCheck } from '../value-check.js';

/** A layer that is far from what the others have of the same role: broken when it was converted, or trained by itself. */
export const outlyingLayer: ValueCheck = {
  code: 'outlying-layer',
  judge: ({ tensors }, { statistics }) =>
    outlyingLayers(tensors, statistics).map(({ index, outlying: { statistic, value, median, layers } }) => {
      const tensor = tensors[index] as (typeof tensors)[number];
      const place = tensorPlace(tensor);
      const what = statistic === 'rms' ? 'RMS' : 'largest magnitude';
      const facts = {
        tensor: place.tensor as string,
        layer: tensor.classified.layer as number,
        ...{ what, value: value.toPrecision(3), median: median.toPrecision(3), layers },
      };
      return { code: 'outlying-layer', place, facts };
    }),
};
