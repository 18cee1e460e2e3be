/** Lists a few of many things in words. */

const MOST_LISTED = 4;

/** The first few distinct things, and the number of the others. */
export function listed(things: Iterable<string>): string {
  const all = [...new Set(things)];
  const more = all.length - MOST_LISTED;
  return all.slice(0, MOST_LISTED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
