/** A number as pages print it: with a minus sign (U+2212), which is as wide as a plus, where JSON and CSV have a hyphen. */
export function withMinus(number: string): string {
  return number.replaceAll('-', '−');
}
