/**
 * What a lesson says. Its text is plain; a name in braces stands for a number of the model that it is read with: `{rows}` an integer,
 * `{size|bytes}` bytes, `{all|parameters}` a large count, `{name}` a word. report/lesson-report.ts fills them in.
 */

/** Words that need numbers of the model. Where it lacks one of them `otherwise` is said instead, or nothing. */
export interface LessonText {
  text: string;
  otherwise?: string;
}

/** The words of a command to try, with names as in the text. The first command that the model has all names for is shown. */
export type LessonCommand = readonly string[];

export interface Lesson {
  /** What is typed: `gguf-explain learn lens`. */
  id: string;
  title: string;
  /** In a few words, for the list of lessons. */
  about: string;
  paragraphs: readonly LessonText[];
  /** Between the paragraphs and the command: what the numbers below are. */
  figure?: LessonText;
  commands: readonly LessonCommand[];
}
