/** Shortens texts from a file: keys and names may have 65,535 bytes, values far more. */

/**
 * Matches characters that belong to the previous one: marks, variation selectors, joiners, skin tones. A function, because the engine
 * builds the character sets when it evaluates the expression, and nearly all texts are short enough to need none.
 */
const CONTINUES = () => /^(?:\p{M}|[\u200d\ufe0e\ufe0f]|\p{Emoji_Modifier})/u;

/** Shortens a text to at most `most` UTF-16 units, cut between characters, with an ellipsis if something is missing. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  let end = most - 1;
  // Does not split a surrogate pair, or a letter from its accents. No real letter has 32 accents, so the search stops there.
  for (let steps = 0; steps < 32 && end > 0 && continues(text, end); steps++) end--;
  return `${text.slice(0, end)}…`;
}

/** Like `shorten`, with the ellipsis in the middle: the end of a path or name is more informative than its middle. */
export function shortenMiddle(text: string, most: number): string {
  if (text.length <= most) return text;
  const tail = Math.floor(most / 3);
  let from = text.length - tail;
  for (let steps = 0; steps < 32 && from < text.length && continues(text, from); steps++) from++;
  return shorten(text, most - tail) + text.slice(from);
}

function continues(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return (unit >= 0xdc00 && unit < 0xe000) || CONTINUES().test(text.slice(at, at + 2)) || text[at - 1] === '\u200d';
}
