/** Products in this thread with the WebAssembly kernels: for work too small for threads, and for models on a server. */

import type { BlockSource } from '../io/block-source.js';
import type { KernelProgram } from '../tensor-data/values/simd-kernels.js';
import { inTurns, type Products, readMatrixRows, rowsAtOnce } from './matmul.js';
import { ProductKernels } from './matmul-kernels.js';

/** Does not close the source. */
export function simdProducts(source: BlockSource, program: KernelProgram): Products {
  const kernels = new ProductKernels(program);
  return inTurns(async ({ matrix, first, rows }, inputs, into) => {
    const each = rowsAtOnce(matrix, rows);
    const room = kernels.room(matrix, inputs.values, each);
    for (let row = 0; row < rows; row += each) {
      const count = Math.min(each, rows - row);
      const bytes = room.bytes.subarray(0, count * matrix.rowBytes);
      await readMatrixRows(matrix, source, first + row, bytes);
      const products = room.multiply(count);
      for (let t = 0; t < inputs.count; t++) {
        into.values.set(products.subarray(t * count, (t + 1) * count), t * into.length + row);
      }
    }
  });
}
