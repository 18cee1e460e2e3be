/** Texts of a file cut to a length: keys and names may have 65,535 bytes, values far more. */

/**
 * What belongs to the character before it: marks, variation selectors, joiners, skin tones. Made where it is asked for: the engine builds
 * the sets of characters as soon as it meets the expression, and nearly all texts are short enough.
 */
const CONTINUES = () => /^(?:\p{M}|[\u200d\ufe0e\ufe0f]|\p{Emoji_Modifier})/u;

/** At most `most` UTF-16 units, cut between characters, with an ellipsis where something is missing. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  let end = most - 1;
  // Neither half a surrogate pair nor a letter without its accent is left. Nobody writes thirty accents on a letter.
  for (let steps = 0; steps < 32 && end > 0 && continues(text, end); steps++) end--;
  return `${text.slice(0, end)}…`;
}

/** The same with the ellipsis in the middle: the end of a path or of a name tells more than its middle does. */
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
