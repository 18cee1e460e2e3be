/**
 * The command lines that a page shows, each with its output: fenced blocks that begin with `$ gguf-explain …`. A line with only `…` stands
 * for any number of left-out lines.
 */

export interface Shown {
  line: string;
  output: readonly string[];
}

const LEFT_OUT = '…';
const BLOCK = /^```(?:console|text)\n(\$ gguf-explain[\s\S]*?)^```$/gm;

export function shownIn(page: string): Shown[] {
  return [...page.matchAll(BLOCK)].flatMap(([, content = '']) => commandsOf(content));
}

/** The page with each output replaced by the result of `outputOf`; left-out parts stay left out. */
export function withOutputs(page: string, outputOf: (line: string) => readonly string[]): string {
  return page.replace(BLOCK, (block, content: string) => {
    const lines = commandsOf(content).flatMap(({ line, output }) => [`$ ${line}`, ...renewed(output, outputOf(line))]);
    const [fence] = block.split('\n');
    return `${fence}\n${lines.join('\n')}\n\`\`\``;
  });
}

function commandsOf(content: string): Shown[] {
  const shown: { line: string; output: string[] }[] = [];
  for (const text of content.replace(/\n$/, '').split('\n')) {
    if (text.startsWith('$ ')) shown.push({ line: text.slice(2), output: [] });
    else shown.at(-1)?.output.push(text);
  }
  return shown;
}

/** Whether an output matches the real one, apart from left-out parts. */
export function agrees(output: readonly string[], real: readonly string[]): boolean {
  const parts = partsOf(output);
  let at = 0;
  return parts.every((part, i) => {
    const from = i === 0 ? 0 : i === parts.length - 1 ? real.length - part.length : find(part, real, at);
    const fits = from >= at && part.every((text, k) => text === real[from + k]);
    at = from + part.length;
    return fits && (i < parts.length - 1 || at === real.length);
  });
}

/**
 * The real output with the same parts left out as before: the same number of lines is kept at the start, at the end, and after the first
 * line of each part.
 */
function renewed(output: readonly string[], real: readonly string[]): string[] {
  const parts = partsOf(output);
  const last = parts.length - 1;
  if (last === 0) return [...real];
  return parts.flatMap((part, i) => {
    if (i === 0) return real.slice(0, part.length);
    const from = i === last ? real.length - part.length : real.indexOf(part[0] as string);
    if (from < 0) throw new Error(`the output has no line "${part[0]}" any more: choose anew what is left out`);
    return [LEFT_OUT, ...real.slice(from, from + part.length)];
  });
}

/** The parts between the lines that stand for left-out lines. */
function partsOf(output: readonly string[]): string[][] {
  const parts: string[][] = [[]];
  for (const text of output) {
    if (text.trim() === LEFT_OUT) parts.push([]);
    else parts.at(-1)?.push(text);
  }
  return parts;
}

function find(part: readonly string[], real: readonly string[], start: number): number {
  for (let from = start; from + part.length <= real.length; from++) {
    if (part.every((text, k) => text === real[from + k])) return from;
  }
  return -1;
}
