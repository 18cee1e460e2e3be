/**
 * Finds the pieces that a text goes on with at a place. The pieces are sorted once; a walk along the text narrows the range of
 * those that still fit, so that it ends as soon as none does.
 */

export interface PrefixMatch {
  /** Where the match ends in the text. */
  end: number;
  id: number;
}

export class Prefixes {
  /** Sorted by code units. */
  private readonly pieces: readonly string[];
  private readonly ids: readonly number[];

  /** Pieces with their ids; of a piece that is there twice the last id counts. */
  constructor(pieces: Iterable<readonly [piece: string, id: number]>) {
    const sorted = [...new Map(pieces)].filter(([piece]) => piece !== '').sort(([a], [b]) => (a < b ? -1 : 1));
    this.pieces = sorted.map(([piece]) => piece);
    this.ids = sorted.map(([, id]) => id);
  }

  /** All pieces that `text` has at `from`, shortest first. */
  *all(text: string, from: number): Generator<PrefixMatch, void, void> {
    let range = { first: 0, end: this.pieces.length };
    for (let at = from; at < text.length; at++) {
      range = this.narrowed(range, at - from, text.charCodeAt(at));
      if (range.first === range.end) return;
      // A piece that ends here sorts before those that go on.
      if ((this.pieces[range.first] as string).length === at - from + 1) {
        yield { end: at + 1, id: this.ids[range.first] as number };
      }
    }
  }

  /** The longest of them; undefined where there is none. */
  longest(text: string, from: number): PrefixMatch | undefined {
    let longest: PrefixMatch | undefined;
    for (const match of this.all(text, from)) longest = match;
    return longest;
  }

  /** How many characters from `from` on a piece begins with, whether it ends there or not. */
  sharedLength(text: string, from: number): number {
    let range = { first: 0, end: this.pieces.length };
    for (let at = from; at < text.length; at++) {
      range = this.narrowed(range, at - from, text.charCodeAt(at));
      if (range.first === range.end) return at - from;
    }
    return text.length - from;
  }

  /** Of pieces that are the same up to `depth` those that go on with `unit`. */
  private narrowed(range: { first: number; end: number }, depth: number, unit: number): { first: number; end: number } {
    const first = this.lowerBound(range, depth, unit);
    return { first, end: this.lowerBound({ first, end: range.end }, depth, unit + 1) };
  }

  private lowerBound({ first, end }: { first: number; end: number }, depth: number, unit: number): number {
    let [low, high] = [first, end];
    while (low < high) {
      const middle = (low + high) >> 1;
      const piece = this.pieces[middle] as string;
      // A piece that is no longer than `depth` comes before all that are.
      if (piece.length <= depth || piece.charCodeAt(depth) < unit) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
