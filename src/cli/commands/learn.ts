/** `learn`: the list of lessons, or one of them with the numbers of a model. */

import { requireLanguageModel } from '../../library/language-model.js';
import { lessonOf, noSuchLesson } from '../../library/lesson.js';
import { bundledModel, isDemo } from '../../locate/bundled-model.js';
import { renderLesson, renderLessonList } from '../../render/text/lesson-page.js';
import { lessonList } from '../../report/lesson-report.js';
import { LESSONS } from '../../words/lessons.js';
import type { LearnOptions } from '../definitions/learn.js';
import { printReport } from '../formats.js';
import { openTarget } from '../open-target.js';

export async function run(
  first: string | undefined,
  second: string | undefined,
  { format }: LearnOptions,
): Promise<void> {
  const words = [first, second].filter((word) => word !== undefined);
  // The topic may stand on either side; a model alone gives the lessons on it.
  const lesson = LESSONS.find(({ id }) => words.includes(id));
  const [target, other] = words.filter((word) => word !== lesson?.id);
  const wrong = lesson === undefined ? (words.find(isPlainWord) ?? other) : other;
  if (wrong !== undefined) throw noSuchLesson(wrong);
  if (lesson === undefined) {
    // The lessons on a file that holds no language model would be about another one; a stream can be read only once.
    if (target !== undefined && target !== '-') requireLanguageModel(await openTarget(target), 'Lessons');
    await printReport(lessonList(target ?? null), format, { text: renderLessonList });
    return;
  }
  const bundled = bundledModel();
  await using opened = await openTarget(target ?? bundled, { data: true, headerBytes: true });
  const report = await lessonOf(lesson, opened, bundled.name);
  await printReport(report, format, { text: (one, options) => renderLesson(one, options, target) });
}

/** A word that nobody means as a model: no path, no address, no file, and not the included one. */
function isPlainWord(word: string): boolean {
  return /^[a-z-]+$/i.test(word) && word !== '-' && !isDemo(word);
}
