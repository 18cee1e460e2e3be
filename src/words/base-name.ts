/** The last part of what was typed for a model, in the form of any system; standard input by its name. */
export function baseName(typed: string): string {
  return typed === '-' ? 'standard input' : typed.slice(Math.max(typed.lastIndexOf('/'), typed.lastIndexOf('\\')) + 1);
}
