/**
 * One input through all that the program makes of a header, in this process: the decoder from memory and as a stream, every report, every
 * page and format. An input must end in an answer or a GgufError, in time, and nothing may come out that a terminal obeys.
 */

import { decodeAt, decodeStream } from '../../src/bytes/drive.js';
import { memorySource } from '../../src/bytes/memory.js';
import { NO_SURROUNDINGS } from '../../src/checks/check.js';
import { judge } from '../../src/checks/registry.js';
import { remark } from '../../src/checks/remark.js';
import { decodeHeader, type GgufFile } from '../../src/gguf/decode.js';
import { GgufError } from '../../src/gguf/error.js';
import { understand } from '../../src/model/model.js';
import { githubAnnotations } from '../../src/render/github.js';
import { jsonPieces } from '../../src/render/json.js';
import { junit } from '../../src/render/junit.js';
import { sarif } from '../../src/render/sarif.js';
import { renderCheckPage } from '../../src/render/text/check-page.js';
import { renderExplainPage } from '../../src/render/text/explain-page.js';
import { renderMetadata } from '../../src/render/text/metadata-table.js';
import { renderTensorTable } from '../../src/render/text/tensor-table.js';
import { PLAIN_THEME } from '../../src/render/theme.js';
import { checkedFile, checkReport } from '../../src/report/check-report.js';
import { explainReport } from '../../src/report/explain-report.js';
import { metadataReport } from '../../src/report/metadata-report.js';
import { tensorsReport } from '../../src/report/tensors-report.js';
import { pieces } from '../support/reading.js';

/** Longest that one input may take, in milliseconds. */
const PATIENCE = 2000;

/** What a terminal obeys or a reader cannot see; line breaks are the pages' own, and tabs do no harm. */
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;

const OPTIONS = { width: 80, theme: PLAIN_THEME };
const QUESTION = { rules: ['format', 'model', 'advice'], failOn: 'error', headerOnly: false } as const;

/** How the reading ended: the code of the error, or `read`. Throws where the input broke a promise. */
export async function examine(bytes: Buffer): Promise<string> {
  const start = performance.now();
  const outcome = readOrCode(() => decodeAt(memorySource(bytes), decodeHeader));
  const streamed = await readOrCodeLater(decodeStream(pieces(bytes, 997), decodeHeader, bytes.length));
  if (codeOf(outcome) !== codeOf(streamed)) {
    throw new Error(`read as ${codeOf(outcome)} from memory and as ${codeOf(streamed)} from a stream`);
  }
  if (typeof outcome !== 'string') answer(outcome);
  const took = performance.now() - start;
  if (took > PATIENCE) throw new Error(`took ${Math.round(took)} ms`);
  return codeOf(outcome);
}

function answer(file: GgufFile): void {
  const model = understand(file);
  const explained = explainReport('input.gguf', model, remark(model));
  const checked = checkReport(QUESTION, [checkedFile('input.gguf', judge(model, NO_SURROUNDINGS), 'error')]);
  const tensors = tensorsReport('input.gguf', model, {});
  const texts = {
    'the page': renderExplainPage(explained, OPTIONS),
    'the list of tensors': [...renderTensorTable(tensors, true, OPTIONS)].join(''),
    'the metadata': [...renderMetadata(metadataReport('input.gguf', file, file.metadata), OPTIONS)].join(''),
    'the verdict': renderCheckPage(checked, OPTIONS),
    'the JSON': [...jsonPieces(explained)].join(''),
    'the JSON of the verdict': [...jsonPieces(checked)].join(''),
    JUnit: [...junit(checked, new Date(0))].join(''),
    SARIF: [...sarif(checked, '0')].join(''),
    annotations: [...githubAnnotations(checked)].join(''),
  };
  for (const [what, text] of Object.entries(texts)) {
    const found = OBEYED.exec(text);
    if (found) throw new Error(`${what} holds ${JSON.stringify(found[0])} at ${found.index}`);
  }
  for (const what of ['the JSON', 'the JSON of the verdict', 'SARIF'] as const) JSON.parse(texts[what]);
}

function readOrCode(read: () => GgufFile): GgufFile | string {
  try {
    return read();
  } catch (error) {
    return ggufCode(error);
  }
}

async function readOrCodeLater(reading: Promise<GgufFile>): Promise<GgufFile | string> {
  return reading.catch(ggufCode);
}

function ggufCode(error: unknown): string {
  if (error instanceof GgufError) return error.code;
  throw error;
}

function codeOf(outcome: GgufFile | string): string {
  return typeof outcome === 'string' ? outcome : 'read';
}
