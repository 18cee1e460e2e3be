/** Draws the program's terminal output as a picture: SVG, made from the text and its colors. The same text gives the same bytes. */

/** Pixels of the picture. The letters of a monospaced font are about 0.6 times as wide as they are high. */
const COLUMN = 8.4;
const LINE = 19;
const FONT_SIZE = 14;
const BASELINE = 14;
const MARGIN = 16;

/** The colors of the program are readable on black. */
const BACKGROUND = '#000';
const FOREGROUND = '#e6e6e6';
const FONTS = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace";

/** A piece of a line in one style; `column` is where it starts. */
interface Piece {
  column: number;
  text: string;
  style: Style;
}

interface Style {
  color: string;
  bold: boolean;
}

/** Draws lines of text in which only colors (24 bits) and bold type are set. `title` is read aloud to people who do not see the picture. */
export function terminalPicture(lines: readonly string[], columns: number, title: string): string {
  const width = Math.ceil(columns * COLUMN) + 2 * MARGIN;
  const height = lines.length * LINE + 2 * MARGIN;
  const drawn = lines.flatMap((line, row) => piecesOf(line).map((piece) => draw(piece, row)));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escaped(title)}</title>
<rect width="${width}" height="${height}" rx="8" fill="${BACKGROUND}"/>
<g font-family="${FONTS}" font-size="${FONT_SIZE}" fill="${FOREGROUND}" xml:space="preserve">
${drawn.join('\n')}
</g>
</svg>
`;
}

function draw({ column, text, style }: Piece, row: number): string {
  const x = number(MARGIN + column * COLUMN);
  const top = MARGIN + row * LINE;
  const fill = style.color === FOREGROUND ? '' : ` fill="${style.color}"`;
  // Bars are drawn as rectangles, because fonts leave gaps between block characters. The last character of a bar may fill only eighths of a
  // column.
  if (/^[\u2588-\u258f]+$/.test(text)) {
    const eighths = [...text].reduce((sum, block) => sum + 0x2590 - block.charCodeAt(0), 0);
    return `<rect x="${x}" y="${top + 3}" width="${number((eighths / 8) * COLUMN)}" height="${LINE - 6}"${fill}/>`;
  }
  const weight = style.bold ? ' font-weight="bold"' : '';
  const length = number(text.length * COLUMN);
  const place = `x="${x}" y="${top + BASELINE}" textLength="${length}" lengthAdjust="spacingAndGlyphs"`;
  return `<text ${place}${fill}${weight}>${escaped(text)}</text>`;
}

/** Cuts a line where its style changes, and at gaps, so that each piece starts in its column whatever the font. */
function piecesOf(line: string): Piece[] {
  const pieces: Piece[] = [];
  let style: Style = { color: FOREGROUND, bold: false };
  let column = 0;
  for (const part of line.split(/(\x1b\[[\d;]*m)/)) {
    const [, code] = /^\x1b\[([\d;]*)m$/.exec(part) ?? [];
    if (code !== undefined) {
      style = changed(style, code);
      continue;
    }
    for (const { 0: text, index } of part.matchAll(/\S+(?: \S+)*/g))
      pieces.push({ column: column + index, text, style });
    column += part.length;
  }
  return pieces;
}

function changed(style: Style, code: string): Style {
  const [, red, green, blue] = /^38;2;(\d+);(\d+);(\d+)$/.exec(code) ?? [];
  if (red !== undefined)
    return { ...style, color: `#${[red, green, blue].map((one) => hexadecimal(Number(one))).join('')}` };
  if (code === '39') return { ...style, color: FOREGROUND };
  if (code === '1' || code === '22') return { ...style, bold: code === '1' };
  throw new Error(`the picture knows no style ${code}`);
}

const hexadecimal = (value: number) => value.toString(16).padStart(2, '0');

/** Rounds to at most one decimal place. */
const number = (value: number) => String(Math.round(value * 10) / 10);

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
