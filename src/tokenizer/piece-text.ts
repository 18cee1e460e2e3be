/** Readable pieces, and tokens back to text. Neither needs a tokenizer. */

import { byteName, fromByteCharacters } from './byte-characters.js';
import { preTokenizerOf } from './pre-tokenizers.js';
import { TOKEN_KINDS, type Vocabulary } from './read-vocabulary.js';
import { unescaped } from './rwkv.js';
import { SPACE_MARK } from './spm.js';

/**
 * The readable piece of a token: `▁Hello` and `<0x0A>` as in the file; GPT-2's characters for bytes as the text that they represent, and
 * bytes that are not text by their names. Undefined if no token has the id.
 */
export function pieceText(vocabulary: Vocabulary, id: number): string | undefined {
  const piece = vocabulary.pieces[id];
  if (piece === undefined || !spellsBytes(vocabulary, id)) return piece;
  const bytes = fromByteCharacters(piece);
  return bytes === null ? piece : readable(bytes);
}

/**
 * The text of a token as in llama_token_to_piece: `▁Hello` → ` Hello`; a byte that is a character as the character; control tokens by name.
 * Null if no token has the id.
 */
export function tokenText(vocabulary: Vocabulary, id: number): string | null {
  const piece = pieceText(vocabulary, id);
  if (piece === undefined) return null;
  if (vocabulary.model === 'test') return idAsText(id);
  if (vocabulary.kindOf(id) === TOKEN_KINDS.byte) {
    const byte = Number.parseInt(/^<0x([0-9A-F]{2})>$/i.exec(piece)?.[1] ?? 'ff', 16);
    return byte < 0x80 ? String.fromCharCode(byte) : piece;
  }
  return vocabulary.model === 'gpt2' ? piece : piece.replaceAll(SPACE_MARK, ' ');
}

/** The text of each token of the tokenizer `test`: its id. */
function idAsText(id: number): string {
  return id.toString(16);
}

/** The text of tokens, without control tokens and without the space that a tokenizer inserted at the start. */
export function decode(vocabulary: Vocabulary, ids: readonly number[]): string {
  const text = Buffer.concat(ids.map((id) => bytesOf(vocabulary, id))).toString('utf8');
  const spaced =
    (vocabulary.model === 'llama' && vocabulary.flag('add_space_prefix', true)) ||
    (vocabulary.model === 't5' && vocabulary.flag('add_space_prefix', false)) ||
    vocabulary.model === 'bert';
  return spaced && text.startsWith(' ') ? text.slice(1) : text;
}

function bytesOf(vocabulary: Vocabulary, id: number): Buffer {
  const piece = vocabulary.pieces[id] ?? '';
  const kind = vocabulary.kindOf(id);
  if (kind === TOKEN_KINDS.control || kind === TOKEN_KINDS.unknown) return Buffer.alloc(0);
  if (vocabulary.model === 'test') return Buffer.from(idAsText(id));
  if (kind === TOKEN_KINDS.userDefined) return Buffer.from(piece);
  if (kind === TOKEN_KINDS.byte) {
    const hex = /^<0x([0-9A-Fa-f]{2})>$/.exec(piece)?.[1];
    return hex === undefined ? Buffer.from(piece) : Buffer.from(hex, 'hex');
  }
  if (vocabulary.model === 'rwkv') return unescaped(piece);
  const bytes = spellsBytes(vocabulary, id) ? fromByteCharacters(piece) : null;
  return bytes ?? Buffer.from(piece.replaceAll(SPACE_MARK, ' '));
}

/** Whether the piece is spelled in GPT-2's characters for bytes. */
function spellsBytes(vocabulary: Vocabulary, id: number): boolean {
  const { model } = vocabulary;
  if (model !== 'gpt2' && model !== 'hybriddna' && model !== 'whitespace') return false;
  if (vocabulary.kindOf(id) !== TOKEN_KINDS.normal) return false;
  return preTokenizerOf(vocabulary.pre)?.plainText !== true;
}

/** Bytes as text; bytes that are not text by their names. */
function readable(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (!text.includes('\ufffd')) return text;
  let result = '';
  for (let at = 0; at < bytes.length; ) {
    const length = [1, 2, 3, 4].find(
      (n) => !bytes.toString('utf8', at, at + n).includes('\ufffd') && at + n <= bytes.length,
    );
    result += length === undefined ? byteName(bytes[at] as number) : bytes.toString('utf8', at, at + length);
    at += length ?? 1;
  }
  return result;
}
