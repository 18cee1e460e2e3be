/** The last part of a path to a model, for the path syntax of any system; "standard input" for `-`. */
export function baseName(typed: string): string {
  return typed === '-' ? 'standard input' : typed.slice(Math.max(typed.lastIndexOf('/'), typed.lastIndexOf('\\')) + 1);
}
