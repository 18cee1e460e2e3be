/** The items of a list whose name an earlier one has. */
export function repeated<T>(items: readonly T[], nameOf: (item: T) => string): T[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const name = nameOf(item);
    if (seen.has(name)) return true;
    seen.add(name);
    return false;
  });
}
