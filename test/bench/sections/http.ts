/**
 * The section on addresses: how many requests and bytes it takes to explain a model on a server that answers 40 ms late. Covers the cost of
 * the header of the GGUF specification over a network.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type DistantServer, serveFromAfar } from '../distant-server.js';
import { MODELS, writeMinute } from '../models.js';
import { observe } from '../observation.js';
import type { BenchSettings, Cell, Section, SectionResult } from '../section.js';
import { median, quantile } from '../statistics.js';
import { type Command, timeInTurns } from '../timing.js';

const DELAY_MS = 40;

/** The most that reading a header from a server may cost. */
const TARGETS = { requests: 1, bytesBeyondHeader: 1024 * 1024 };

const PEER_ENTRY = createRequire(import.meta.url).resolve('@huggingface/gguf');

/** Otherwise its connections would outlive the answer. */
const PEER = `
  require(${JSON.stringify(PEER_ENTRY)}).gguf(process.argv[1]).then(({ tensorInfos }) => {
    process.stdout.write(tensorInfos.length + ' tensors', () => process.exit());
  });
`;

function peerVersion(): string {
  return JSON.parse(readFileSync(join(dirname(PEER_ENTRY), '..', 'package.json'), 'utf8')).version;
}

interface HttpFigures {
  program: string;
  judged: boolean;
  medianMs: number;
  quartilesMs: readonly [number, number];
  requests: number;
  /** Bytes that the program read from its connections. */
  receivedBytes: number;
  /** Bytes that the system took from the server. */
  writtenBytes: number;
  headerBytes: number;
  samplesMs: readonly number[];
}

async function measure(settings: BenchSettings): Promise<SectionResult> {
  settings.progress('http: writing the model');
  const model = settings.smoke ? writeMinute(settings.folder) : MODELS[0]!.write(settings.folder);
  const server = await serveFromAfar(model, DELAY_MS);
  try {
    const commands: Command[] = [
      {
        name: 'gguf-explain URL',
        args: [settings.program, server.url],
        verify: (stdout) => (stdout.includes('STORED') ? undefined : 'did not print the page'),
      },
      {
        name: `@huggingface/gguf ${peerVersion()}, gguf(URL)`,
        args: ['-e', PEER, server.url],
        verify: (stdout) =>
          stdout === `${model.tensorCount} tensors` ? undefined : `did not read ${model.tensorCount} tensors`,
      },
    ];
    const figures = await compare(commands, server, model.headerBytes, settings);
    return {
      title: 'Explaining a model on a server',
      notes: [
        `A server on this machine that begins each answer ${DELAY_MS} ms late; the header has ${megabytes(model.headerBytes)} MB.`,
        'Read: what the program took from its connections. Written: what the server was rid of; it lies in buffers of the system.',
      ],
      columns: [
        { title: 'program', align: 'left' },
        { title: 'median', align: 'right' },
        { title: 'spread', align: 'right' },
        { title: 'requests', align: 'right' },
        { title: 'read', align: 'right' },
        { title: 'beyond the header', align: 'right' },
        { title: 'written', align: 'right' },
      ],
      groups: [figures.map(row)],
      data: { targets: TARGETS, delayMs: DELAY_MS, figures },
    };
  } finally {
    await server.close();
  }
}

async function compare(
  commands: readonly Command[],
  server: DistantServer,
  headerBytes: number,
  settings: BenchSettings,
): Promise<HttpFigures[]> {
  const samples = await timeInTurns(commands, {
    runs: settings.runs,
    warmUp: settings.warmUp,
    onRound: (round, rounds) => settings.progress(`http: round ${round + 1} of ${rounds}`),
  });
  const figures: HttpFigures[] = [];
  for (const [i, command] of commands.entries()) {
    server.takeCounts();
    const { receivedBytes } = await observe(command, 1, settings.folder);
    const { milliseconds } = samples[i]!;
    figures.push({
      program: command.name,
      judged: i === 0,
      medianMs: median(milliseconds),
      quartilesMs: [quantile(milliseconds, 0.25), quantile(milliseconds, 0.75)],
      ...server.takeCounts(),
      ...{ receivedBytes, headerBytes, samplesMs: milliseconds },
    });
  }
  return figures;
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);

function row(figures: HttpFigures): Cell[] {
  const { program, judged, medianMs, quartilesMs, receivedBytes, writtenBytes, headerBytes } = figures;
  const beyondBytes = receivedBytes - headerBytes;
  const requests: Cell = { text: String(figures.requests) };
  const beyond: Cell = { text: `${(beyondBytes / 1024).toFixed(0)} KiB` };
  if (judged) {
    requests.text += ` ≤ ${TARGETS.requests}`;
    requests.met = figures.requests <= TARGETS.requests;
    beyond.text += ` ≤ ${TARGETS.bytesBeyondHeader / 1024}`;
    beyond.met = beyondBytes <= TARGETS.bytesBeyondHeader;
  }
  const halfSpread = (quartilesMs[1] - quartilesMs[0]) / 2 / medianMs;
  return [
    { text: program },
    { text: `${medianMs.toFixed(0)} ms` },
    { text: `± ${(100 * halfSpread).toFixed(0)} %` },
    requests,
    { text: `${megabytes(receivedBytes)} MB` },
    beyond,
    { text: `${megabytes(writtenBytes)} MB` },
  ];
}

/** Requests and bytes of explaining a model at an address. */
export const http: Section = { name: 'http', measure };
