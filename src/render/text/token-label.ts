/** A token as a label: its text with spaces that can be seen, or its id where there is no text. */

import type { PromptToken } from '../../report/attention-schema.js';
import { sanitize } from '../sanitize.js';

export function tokenLabel({ id, piece }: { id: number; piece: PromptToken['piece'] }): string {
  if (piece === null) return `#${id}`;
  return piece === '' ? `(empty, ${id})` : sanitize(piece).replaceAll(' ', '▁');
}
