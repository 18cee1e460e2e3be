/** The replay of ggml's allocator: its guarantees for any graph, and its rules on graphs that can be checked by hand. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RAM_ALIGNMENT, reserve } from '../../src/memory/graph/allocator.js';
import { flatten } from '../../src/memory/graph/flat-graph.js';
import { add, contiguous, matrixProduct, multiply, reshape, unary } from '../../src/memory/graph/graph-nodes.js';
import {
  F32,
  Graph,
  type GraphTensor,
  inputTensor,
  storedTensor,
  tensorBytes,
} from '../../src/memory/graph/graph-tensor.js';

const VECTOR = 1024;
const vector = () => inputTensor(F32, VECTOR);
const BYTES = VECTOR * 4;
const weight = () => storedTensor(F32, [VECTOR, VECTOR]);

function bytesOf(...results: GraphTensor[]): number {
  const graph = new Graph();
  for (const result of results) graph.expand(result);
  return reserve(flatten(graph)).bytes;
}

describe('the replay of the allocator', () => {
  it('overwrites a source that nothing else needs', () => {
    expect(bytesOf(unary(vector()))).toBe(BYTES);
    const x = vector();
    expect(bytesOf(add(unary(x), x))).toBe(2 * BYTES);
  });

  it('does not overwrite a source of an operation that reads it while it writes', () => {
    expect(bytesOf(matrixProduct(weight(), vector()))).toBe(2 * BYTES);
    expect(bytesOf(contiguous(vector()))).toBe(2 * BYTES);
  });

  it('does not overwrite a view', () => {
    expect(bytesOf(unary(reshape(vector(), 32, 32)))).toBe(2 * BYTES);
  });

  it('frees tensors after their last use, so that a chain of any length needs room for two', () => {
    let x: GraphTensor = vector();
    for (let i = 0; i < 20; i++) x = matrixProduct(weight(), x);
    expect(bytesOf(x)).toBe(2 * BYTES);
  });

  it('keeps outputs, and inputs that nothing reads', () => {
    const graph = new Graph();
    graph.expand(vector());
    let x: GraphTensor = vector();
    for (let i = 0; i < 3; i++) {
      x = matrixProduct(weight(), x);
      x.output = true;
    }
    graph.expand(x);
    // The input is free after its last use, for the second product.
    expect(reserve(flatten(graph)).bytes).toBe(4 * BYTES);
  });

  it('takes no memory for weights and caches', () => {
    expect(bytesOf(multiply(vector(), storedTensor(F32, [VECTOR])))).toBe(BYTES);
  });

  it('needs at least its largest tensors and at most all of them, for any graph', () => {
    const step = fc.record({ operation: fc.nat(3), first: fc.nat(), second: fc.nat(), output: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
        const graph = new Graph();
        const tensors: GraphTensor[] = [inputTensor(F32, 8, 3), inputTensor(F32, 8, 3)];
        for (const { operation, first, second, output } of steps) {
          const [a, b] = [first, second].map((place) => tensors[place % tensors.length] as GraphTensor) as [
            GraphTensor,
            GraphTensor,
          ];
          const made = [() => add(a, b), () => unary(a), () => contiguous(a), () => reshape(contiguous(a), 8, 3)][
            operation
          ]?.();
          if (made === undefined) continue;
          made.output = output && made.viewOf === null;
          tensors.push(graph.expand(made));
        }
        const { bytes } = reserve(flatten(graph));
        const own = [...graph.leaves, ...graph.nodes].filter(({ viewOf, stored }) => viewOf === null && !stored);
        const padded = own.map((each) => Math.ceil(tensorBytes(each) / RAM_ALIGNMENT) * RAM_ALIGNMENT);
        const kept = padded.filter((_, i) => own[i]?.output);
        expect(bytes % RAM_ALIGNMENT).toBe(0);
        expect(bytes).toBeGreaterThanOrEqual(
          Math.max(
            ...padded,
            kept.reduce((sum, each) => sum + each, 0),
          ),
        );
        expect(bytes).toBeLessThanOrEqual(padded.reduce((sum, each) => sum + each, 0));
      }),
    );
  });
});
