/**
 * The pages for people: README.md and the others at the top of the project, and all of docs/. Pages that are added later are tested too.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../cli/run.js';

/** Paths in the project, with slashes on every system; README.md first. */
export const PAGES: readonly string[] = ['', 'docs/']
  .flatMap((folder) => readdirSync(join(PROJECT_FOLDER, folder)).map((name) => `${folder}${name}`))
  .filter((path) => path.endsWith('.md'))
  .sort((a, b) => Number(b === 'README.md') - Number(a === 'README.md') || (a < b ? -1 : 1));

export function pageText(path: string): string {
  return readFileSync(join(PROJECT_FOLDER, path), 'utf8');
}

export interface FencedBlock {
  /** The path of the block's page. */
  page: string;
  language: string;
  text: string;
}

/** The fenced blocks of all pages, in order. */
export function fencedBlocks(): FencedBlock[] {
  return PAGES.flatMap((page) =>
    [...pageText(page).matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({
      page,
      language,
      text,
    })),
  );
}

/** Returns the only block of this language that contains the text. Throws where there is none, or more than one. */
export function blockWith(language: string, mark: string): string {
  const blocks = fencedBlocks().filter((block) => block.language === language && block.text.includes(mark));
  if (blocks.length !== 1) throw new Error(`${blocks.length} blocks of ${language} have "${mark}" in them, not one`);
  return (blocks[0] as FencedBlock).text;
}
