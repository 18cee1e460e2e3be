/** The map of layers: a shade for each layer, from the lowest value of a line to the highest. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heatCells, heatColumns } from '../../src/render/text/values-section.js';
import { PLAIN_THEME } from '../../src/render/theme.js';

describe('the cells of a line', () => {
  const columns = heatColumns(4, 20);

  it('go from the lightest shade to the darkest', () => {
    expect(heatCells([1, 2, null, 16], columns, PLAIN_THEME)).toBe('░░▒▒··██');
  });

  it('have a shade each, whatever the numbers', () => {
    const numbers = fc.array(fc.option(fc.double({ min: 1e-300, max: 1e300, noNaN: true })), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(numbers, (values) => {
        expect(heatCells(values, { width: 1, layersEach: 1 }, PLAIN_THEME)).toMatch(
          new RegExp(`^[░▒▓█·]{${values.length}}$`),
        );
      }),
      { examples: [[[45.254833995939045, 1810.1933598375617]]] },
    );
  });
});
