/** Products by several threads, for models in local files: the calling side of matmul-job.ts. */

import { inOwnFile } from '../tensor-data/tensor-data.js';
import type { KernelProgram } from '../tensor-data/values/simd-kernels.js';
import { WorkerPool } from '../workers/pool.js';
import { type Products, rowsAtOnce } from './matmul.js';
import type { MatmulOrder, MatmulSetup } from './matmul-job.js';
import { unreadableTensor } from './stored-tensors.js';

/** `worker` is the path of the built worker; `paths` are the model's files by file number minus 1. */
export function threadProducts(
  { worker, program, threads }: { worker: string; program: KernelProgram; threads: number },
  paths: readonly (string | undefined)[],
): Products {
  const pool = new WorkerPool<MatmulSetup, MatmulOrder, boolean>({
    ...{ program: worker, job: 'matmul', setup: { kernels: program }, most: threads },
  });
  return {
    async multiply({ matrix, first, rows }, inputs, into) {
      const order: MatmulOrder = {
        path: paths[matrix.shard.number - 1] as string,
        ...{ matrix: inOwnFile(matrix), first, rows, each: rowsAtOnce(matrix, rows), count: inputs.count },
        inputs: shared(inputs.values.length),
        products: shared(rows * inputs.count),
        taken: new Int32Array(new SharedArrayBuffer(4)),
      };
      order.inputs.set(inputs.values);
      const whole = await pool.askAll(order);
      if (whole.includes(false)) {
        throw unreadableTensor(matrix.name, 'data-missing');
      }
      for (let t = 0; t < inputs.count; t++) {
        into.values.set(order.products.subarray(t * rows, (t + 1) * rows), t * into.length);
      }
    },
    close: () => pool.end(),
  };
}

function shared(numbers: number): Float32Array<SharedArrayBuffer> {
  return new Float32Array(new SharedArrayBuffer(4 * numbers));
}
