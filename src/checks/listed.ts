/** A few things of many, as words. */

const MOST_LISTED = 4;

/** Each thing once, the first few of them, and how many more there are. */
export function listed(things: Iterable<string>): string {
  const all = [...new Set(things)];
  const more = all.length - MOST_LISTED;
  return all.slice(0, MOST_LISTED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
