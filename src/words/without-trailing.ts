/**
 * Removes certain characters from the end of a text. A regular expression (`X+$`) would try every run of these characters from each of its
 * positions.
 */

/** `text` without the characters of `signs` at its end, in linear time. */
export function withoutTrailing(text: string, signs: string): string {
  let end = text.length;
  while (end > 0 && signs.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
