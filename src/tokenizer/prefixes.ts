/**
 * Finds the pieces that a text contains at a position. The pieces are sorted once; a walk along the text narrows the range of matching
 * pieces and ends when none is left.
 */

export interface PrefixMatch {
  /** Position after the match in the text. */
  end: number;
  id: number;
}

export class Prefixes {
  /** Sorted by code units. */
  private readonly pieces: readonly string[];
  private readonly ids: readonly number[];

  /** Pieces with their ids; if a piece occurs twice, the last id is used. */
  constructor(pieces: Iterable<readonly [piece: string, id: number]>) {
    const sorted = [...new Map(pieces)].filter(([piece]) => piece !== '').sort(([a], [b]) => (a < b ? -1 : 1));
    this.pieces = sorted.map(([piece]) => piece);
    this.ids = sorted.map(([, id]) => id);
  }

  /** Reports all pieces that `text` contains at `from`, shortest first: where each ends, and its id. */
  each(text: string, from: number, found: (end: number, id: number) => void): void {
    this.walk(text, from, (piece, end) => found(end, this.ids[piece] as number));
  }

  /** The longest such piece; undefined if there is none. */
  longest(text: string, from: number): PrefixMatch | undefined {
    let longest: PrefixMatch | undefined;
    this.each(text, from, (end, id) => {
      longest = { end, id };
    });
    return longest;
  }

  /** How many characters from `from` on are the beginning of a piece, whether or not it ends there. */
  sharedLength(text: string, from: number): number {
    return this.walk(text, from, () => undefined) - from;
  }

  /**
   * Walks along the text as long as a piece continues with it; returns the position where none does. This is the most time-critical loop.
   */
  private walk(text: string, from: number, ends: (piece: number, end: number) => void): number {
    const { pieces } = this;
    let [first, end] = [0, pieces.length];
    for (let at = from; at < text.length; at++) {
      const depth = at - from;
      const unit = text.charCodeAt(at);
      // A piece that ends here sorts before longer ones.
      if (pieces[first]?.length === depth) first++;
      if (first === end) return at;
      // On most steps along a long piece, all candidates continue alike.
      if (this.unitOf(first, depth) !== unit || this.unitOf(end - 1, depth) !== unit) {
        first = this.lowerBound({ first, end }, depth, unit);
        end = this.lowerBound({ first, end }, depth, unit + 1);
        if (first === end) return at;
      }
      if ((pieces[first] as string).length === depth + 1) ends(first, at + 1);
    }
    return text.length;
  }

  private unitOf(piece: number, depth: number): number {
    return (this.pieces[piece] as string).charCodeAt(depth);
  }

  private lowerBound({ first, end }: { first: number; end: number }, depth: number, unit: number): number {
    let [low, high] = [first, end];
    while (low < high) {
      const middle = (low + high) >> 1;
      const piece = this.pieces[middle] as string;
      if (piece.charCodeAt(depth) < unit) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
