/**
 * GPT-2's characters for bytes: every byte is one printable character, so that a piece of a vocabulary can be any bytes and still
 * be text. `Ġ` is a space and `Ċ` a line feed.
 */

const PRINTABLE: readonly (readonly [number, number])[] = [
  [0x21, 0x7e],
  [0xa1, 0xac],
  [0xae, 0xff],
];

/** The character of each byte. Printable ones stand for themselves, the others follow from U+0100. */
export const BYTE_CHARACTERS: readonly string[] = (() => {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = PRINTABLE.some(([first, last]) => byte >= first && byte <= last);
    return String.fromCharCode(printable ? byte : next++);
  });
})();

const BYTES: ReadonlyMap<string, number> = new Map(BYTE_CHARACTERS.map((character, byte) => [character, byte]));

/** Text as the characters of its UTF-8 bytes. */
export function toByteCharacters(text: string): string {
  let characters = '';
  for (const byte of Buffer.from(text)) characters += BYTE_CHARACTERS[byte];
  return characters;
}

/** The bytes of a piece; null where a character of it stands for none. */
export function fromByteCharacters(piece: string): Buffer | null {
  const bytes: number[] = [];
  for (const character of piece) {
    const byte = BYTES.get(character);
    if (byte === undefined) return null;
    bytes.push(byte);
  }
  return Buffer.from(bytes);
}

/** The name of a byte as a token: `<0x0A>`. */
export function byteName(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
}
