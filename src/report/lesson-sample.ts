/** What a lesson shows of the data of a model, beyond the header: read beforehand, since a report reads nothing. */

export interface LessonSample {
  /** The token whose row is looked up, and its piece where the file has a vocabulary. */
  token?: { id: number; piece: string | null };
  /** The first numbers of that row. */
  row?: readonly number[];
  /** The first numbers of the matrix that lessons take as an example. */
  weights?: readonly number[];
  /** The first block of a quantized matrix. */
  block?: SampleBlock;
}

export interface SampleBlock {
  fields: readonly { name: string; bytes: Uint8Array; meaning: string }[];
  formula: string | null;
  examples: readonly { index: number; computation: string; value: number }[];
}
