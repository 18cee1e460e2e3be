/** The look of all tables: no walls, a thin line under the head. */

const EDGES = [
  'top',
  'top-mid',
  'top-left',
  'top-right',
  'bottom',
  'bottom-mid',
  'bottom-left',
  'bottom-right',
] as const;
const WALLS = ['left', 'left-mid', 'right', 'right-mid', 'mid', 'mid-mid', 'middle'] as const;

export const PLAIN_TABLE = {
  chars: Object.fromEntries([...EDGES, ...WALLS].map((part) => [part, ''])),
  style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2, compact: true },
};
