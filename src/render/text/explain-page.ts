/** The page for a person: one section after the other, each with a blank line before it. */

import type { ExplainReport } from '../../report/explain-schema.js';
import { joinSections, pageText, withMargin } from '../lines.js';
import type { RenderOptions } from '../options.js';
import { computedSection } from './computed-section.js';
import { findingsSection } from './findings-section.js';
import { flowSection } from './flow-section.js';
import { formatsSection } from './formats-section.js';
import { nextSection } from './next-section.js';
import { storedSection } from './stored-section.js';
import { titleSection } from './title-section.js';

/** `values` is the section on the numbers, where they were read. */
export function explainPageLines(report: ExplainReport, options: RenderOptions, values: string[] = []): string[] {
  const sections = [
    titleSection(report, options),
    storedSection(report, options),
    values,
    flowSection(report, options),
    computedSection(report, options),
    formatsSection(report, options),
    findingsSection(report.findings, options, report.notChecked),
    nextSection(report, options),
  ];
  return joinSections(sections).map(withMargin);
}

/** The same as one text. The styles of a theme of `makeTheme` are in it; other escape sequences are escaped. */
export function renderExplainPage(report: ExplainReport, options: RenderOptions, values: string[] = []): string {
  return pageText(explainPageLines(report, options, values));
}
