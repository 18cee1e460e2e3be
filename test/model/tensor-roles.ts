/** Reads the lists of names and their roles in this folder. */

import { readFileSync } from 'node:fs';

interface NamedRole {
  role: string;
  of: string | null;
  name: string;
}

/** tensor-roles.txt: roles, each followed by the names that have it; `{bid}` and `{xid}` stand for numbers. */
export function readTensorRoles(): NamedRole[] {
  const rows: NamedRole[] = [];
  let role = '';
  for (const line of lines('tensor-roles.txt')) {
    if (line.startsWith('  ')) {
      const [name, of = null] = line.trim().split('  of ') as [string, string?];
      rows.push({ role, of, name });
    } else if (line !== '') role = line;
  }
  return rows;
}

/** A real name that matches a pattern. */
export function numbered(pattern: string, layer = 0): string {
  return pattern.replaceAll('{bid}', String(layer)).replaceAll('{xid}', '0');
}

/** foreign-names.txt: component, role (`bias:attention-query` for a part that belongs to another) and name. */
export function readForeignNames(): (NamedRole & { component: string })[] {
  return lines('foreign-names.txt').map((line) => {
    const [component, job, name] = line.split(/ +/) as [string, string, string];
    const [role, of = null] = job.split(':') as [string, string?];
    return { component, role, of, name };
  });
}

function lines(file: string): string[] {
  return readFileSync(new URL(file, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
}
