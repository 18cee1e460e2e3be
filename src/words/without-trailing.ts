/** Texts without some signs at their end. As a regular expression (`X+$`) each run of the signs in the text would be tried from each of its places. */

/** `text` without the characters of `signs` at its end. Looks at each of them once. */
export function withoutTrailing(text: string, signs: string): string {
  let end = text.length;
  while (end > 0 && signs.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
