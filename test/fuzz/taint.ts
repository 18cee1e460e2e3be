/** Text that terminals, logs, pages and formats act on if it gets through unescaped. It is put into a file and looked for in the output. */

import type { Random } from './random.js';

/** A key that the taint pretends to be, on its own line. No file has it. */
export const IMITATED_KEY = 'imitated.key';
/** A word that occurs only in the taint. */
export const MARK = 'TAINT7';

const ESCAPES = `\u001b]52;c;${MARK}\u0007\u001b[2J\u009b31m`;
const UNSEEN = `\u202e\u2066\u200b\ufeff\u2028`;

/** Each is a complete marker, so that a name of 64 bytes can hold one. */
const TAINTS: readonly string[] = [
  `${MARK}${ESCAPES}`,
  `${MARK}${UNSEEN}`,
  `${MARK}\n::error::${MARK}`,
  `::error::${MARK}`,
  `::stop-commands::${MARK}`,
  `${MARK}\r\n::add-mask::${MARK}`,
  `${MARK}\n${IMITATED_KEY}  string  ${MARK}`,
  `${MARK}</script></style><b>&x;]]>--><![CDATA[`,
  `"${MARK}",'=1+1;\t|\`[x](http://x)`,
  `=${MARK}\r-1`,
  `__proto__`,
  `constructor.toString`,
  `${MARK}${'\u0301'.repeat(40)}\ud7ff\u{1f468}\u200d\u{1f469}`,
  `{{ ${MARK} }}{% for`,
  `${MARK}\u0000%0A::error::`,
];

/** A text with a taint before, after or instead of it. */
export function tainted(text: string, random: Random): string {
  const taint = random.pick(TAINTS);
  return [`${text}${taint}`, `${taint}${text}`, taint][random.below(3)] as string;
}
