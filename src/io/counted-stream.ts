/** A stream that a decoder may leave early and that can then be read to its end, to learn how many bytes it brought. */

/** The chunks for a decoder, and `drain`, which reads what the decoder left and tells the bytes in all. It ends early where there are more than `most`. */
export interface CountedStream {
  chunks: AsyncIterable<Uint8Array>;
  drain(most?: number): Promise<number>;
}

export function countedStream(source: AsyncIterable<Uint8Array>): CountedStream {
  const iterator = source[Symbol.asyncIterator]();
  let bytes = 0;
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    const result = await iterator.next();
    if (!result.done) bytes += result.value.length;
    return result;
  };
  return {
    // Without `return`: the source stays open behind the decoder's last field.
    chunks: { [Symbol.asyncIterator]: () => ({ next }) },
    async drain(most = Number.POSITIVE_INFINITY) {
      while (bytes <= most && !(await next()).done);
      if (bytes > most) await iterator.return?.();
      return bytes;
    },
  };
}
