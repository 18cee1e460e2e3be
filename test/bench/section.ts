/**
 * What a section of the benchmark is: one question, its measurements, and a table of the answers. run.ts has the list;
 * each section is a file in sections/. Covers no part of the GGUF specification.
 */

/** What a section is given. */
export interface BenchSettings {
  /** A temporary folder of this run, removed at its end. */
  folder: string;
  /** Rounds to time. */
  runs: number;
  /** Rounds before them that are not counted. */
  warmUp: number;
  /** A short run on less, which shows that everything works. */
  smoke: boolean;
  /** The program as it is installed: the file that package.json names as its command. */
  program: string;
  /** Says on the terminal what is being measured. */
  progress: (text: string) => void;
}

/** A cell of a table; `met` where a target was set for it. */
export interface Cell {
  text: string;
  met?: boolean;
}

export interface Column {
  title: string;
  align: 'left' | 'right';
}

export interface SectionResult {
  title: string;
  /** What was measured and how, a sentence or two each. */
  notes: readonly string[];
  columns: readonly Column[];
  /** Rows in groups: a terminal shows a line between two groups. */
  groups: readonly (readonly (readonly Cell[])[])[];
  /** The measurements themselves, plain data for the kept JSON file. */
  data: unknown;
}

export interface Section {
  /** For `--only`. */
  name: string;
  measure: (settings: BenchSettings) => Promise<SectionResult>;
}
