/**
 * Why the numbers of a tensor cannot be read: the complete list of reasons with their words. `clause` describes a tensor that was already
 * named ("not read: its data is not in the file"), `attribute` follows a noun ("2 tensors whose data is not in the file").
 */

export const UNREADABLE = {
  /** Its type is unknown, from a fork, or removed. */
  'no-float-form': {
    clause: 'its type cannot be decoded to numbers',
    attribute: 'of a type that cannot be decoded to numbers',
  },
  /** A row is not a whole number of blocks. */
  'uneven-rows': { clause: 'its rows are not whole blocks', attribute: 'with rows that are not whole blocks' },
  /** Its file ends before its data does, or is missing. */
  'data-missing': { clause: 'its data is not in the file', attribute: 'whose data is not in the file' },
  /** It has no numbers. */
  empty: { clause: 'it has no numbers', attribute: 'without numbers' },
  /** It overlaps other tensors: in a stream, any other; elsewhere, so many that reading each would take forever. */
  overlapping: { clause: 'it overlaps other tensors', attribute: 'whose data overlaps that of other tensors' },
} as const satisfies Record<string, { clause: string; attribute: string }>;

export type Unreadable = keyof typeof UNREADABLE;
