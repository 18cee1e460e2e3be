/** `learn`: the list of lessons, or one lesson with the numbers of a model. */

import { requireLanguageModel } from '../../library/language-model.js';
import { lessonOf, noSuchLesson } from '../../library/lesson.js';
import { bundledModel } from '../../locate/bundled-model.js';
import { renderLesson, renderLessonList } from '../../render/text/lesson-page.js';
import { lessonList } from '../../report/lesson-report.js';
import { LESSONS } from '../../words/lessons.js';
import type { LearnOptions } from '../definitions/learn.js';
import { printReport } from '../formats.js';
import { isModel } from '../model-argument.js';
import { openTarget } from '../open-target.js';

export async function run(
  first: string | undefined,
  second: string | undefined,
  { format }: LearnOptions,
): Promise<void> {
  const words = [first, second].filter((word) => word !== undefined);
  // The topic may be the first or the second word; with only a model, the list of lessons is for that model.
  const lesson = LESSONS.find(({ id }) => words.includes(id));
  const [target, other] = words.filter((word) => word !== lesson?.id);
  const wrong = lesson === undefined ? (words.find(isLessonWord) ?? other) : other;
  if (wrong !== undefined) throw noSuchLesson(wrong);
  if (lesson === undefined) {
    // The lessons are about language models, so another file is refused; a stream can be read only once, so it is not checked here.
    if (target !== undefined && target !== '-') requireLanguageModel(await openTarget(target), 'Lessons');
    await printReport(lessonList(target ?? null), format, { text: renderLessonList });
    return;
  }
  const bundled = bundledModel();
  await using opened = await openTarget(target ?? bundled, { data: true, headerBytes: true });
  const report = await lessonOf(lesson, opened, bundled.name);
  await printReport(report, format, { text: (one, options) => renderLesson(one, options, target) });
}

/** A word of letters and hyphens is taken as a lesson, unless there is a model of the name. */
function isLessonWord(word: string): boolean {
  return /^[a-z-]+$/i.test(word) && !isModel(word);
}
