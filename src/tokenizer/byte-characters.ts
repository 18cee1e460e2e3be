/**
 * GPT-2's characters for bytes: each byte is represented by one printable character, so that a vocabulary piece can be any bytes and still
 * be text. `Ġ` is a space and `Ċ` a line feed.
 */

const PRINTABLE: readonly (readonly [number, number])[] = [
  [0x21, 0x7e],
  [0xa1, 0xac],
  [0xae, 0xff],
];

/** The character of each byte. Printable bytes represent themselves, the others are numbered from U+0100. */
export const BYTE_CHARACTERS: readonly string[] = (() => {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = PRINTABLE.some(([first, last]) => byte >= first && byte <= last);
    return String.fromCharCode(printable ? byte : next++);
  });
})();

const BYTES: ReadonlyMap<string, number> = new Map(BYTE_CHARACTERS.map((character, byte) => [character, byte]));

/** The characters for the UTF-8 bytes of a text. */
export function toByteCharacters(text: string): string {
  let characters = '';
  for (const byte of Buffer.from(text)) characters += BYTE_CHARACTERS[byte];
  return characters;
}

/** The bytes of a piece; null if one of its characters represents no byte. */
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
