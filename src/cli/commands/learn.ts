/** `learn`: the list of lessons, or one of them with the numbers of a model. */

import { UsageError } from '../../explained-error.js';
import { lessonSample } from '../../library/lesson-sample.js';
import { renderLesson, renderLessonList } from '../../render/text/lesson-page.js';
import { lessonList, lessonReport } from '../../report/lesson-report.js';
import { LESSONS } from '../../words/lessons.js';
import type { LearnOptions } from '../definitions/learn.js';
import { printReport } from '../formats.js';
import { bundledModel } from '../learn/bundled-model.js';
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
  if (wrong !== undefined) {
    throw new UsageError(
      'no-such-lesson',
      `there is no lesson ${wrong}`,
      `there is ${LESSONS.map(({ id }) => id).join(', ')}`,
    );
  }
  if (lesson === undefined) {
    await printReport(lessonList(target ?? null), format, { text: renderLessonList });
    return;
  }
  const bundled = bundledModel();
  const name = target ?? bundled;
  await using opened = await openTarget(name, { data: true, headerBytes: true });
  const { model } = opened;
  const report = lessonReport(lesson, { name, bundled, model, sample: await lessonSample(opened) });
  await printReport(report, format, { text: (one, options) => renderLesson(one, options, target) });
}

/** A word that nobody means as a model: no path, no address, no file. */
function isPlainWord(word: string): boolean {
  return /^[a-z-]+$/i.test(word) && word !== '-';
}
