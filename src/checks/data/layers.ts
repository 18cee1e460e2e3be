/** Layers compared with each other. */

import { outlyingLayers } from '../../model/outlying-layers.js';
import { tensorPlace } from '../place.js';
import { defineValueCheck } from './define-value-check.js';

export const LAYER_CHECKS = [
  /** A layer that is far from what the others have of the same role: broken when it was converted, or trained by itself. */
  defineValueCheck({
    code: 'outlying-layer',
    level: 'advice',
    says: '{tensor}: {what} {value}, where the median of its role over {layers} layers is {median}',
    hint: 'the layer may be damaged, or trained by itself; compare with the source of the model (diff --values)',
    judge: ({ tensors }, { statistics }) =>
      outlyingLayers(tensors, statistics).map(({ index, outlying: { statistic, value, median, layers } }) => {
        const tensor = tensors[index] as (typeof tensors)[number];
        const place = tensorPlace(tensor);
        const facts = {
          tensor: place.tensor as string,
          layer: tensor.classified.layer as number,
          what: statistic === 'rms' ? 'RMS' : 'largest magnitude',
          value: value.toPrecision(3),
          median: median.toPrecision(3),
          layers,
        };
        return { place, facts };
      }),
  }),
];
