/**
 * The files of a model for a report: their names and their SHA-256, either as the server that has them states it, or computed from all
 * their bytes.
 */

import type { Found } from '../locate/location.js';
import type { OpenedModel } from '../open/open-model.js';
import type { ExplainReport } from '../report/explain-schema.js';
import { digestsOfFiles } from '../tensor-data/file-digests.js';
import { remoteFileName } from '../words/remote-names.js';
import { filesOf } from './hash.js';
import type { Watch } from './watch.js';

type Digests = NonNullable<ExplainReport['digests']>;

/**
 * `read`: from the bytes, wherever they are. `here`: as stated, else from the bytes if they are on this machine. `stated`: nothing is read.
 */
export type WantedDigests = 'read' | 'here' | 'stated' | 'none';

/** How to open a model for its digests. */
export function openForDigests(wanted: WantedDigests): { data: boolean; headerBytes: boolean } {
  return { data: wanted === 'read' || wanted === 'here', headerBytes: wanted === 'read' };
}

/** Adds to the report the names of its files and, if wanted or known, their digests. */
export async function withFiles(
  report: ExplainReport,
  opened: OpenedModel,
  wanted: WantedDigests,
  watch: Watch,
): Promise<ExplainReport> {
  const digests = await fileDigests(opened, wanted, watch);
  const fileName = fileNameOf(opened);
  return { ...report, ...(fileName !== null && { fileName }), ...(digests && { digests }) };
}

/** One digest for each file, in the order of the report. Undefined if they are neither wanted nor known. */
async function fileDigests(opened: OpenedModel, wanted: WantedDigests, watch: Watch): Promise<Digests | undefined> {
  if (wanted === 'none') return undefined;
  if (wanted !== 'read') {
    const stated = statedDigests(opened);
    if (stated !== undefined || wanted === 'stated' || opened.locality !== 'local') return stated;
  }
  return await watch({ verb: 'hashed', total: opened.file.size }, ({ onProgress }) =>
    digestsOfFiles(opened.data, filesOf(opened), onProgress),
  );
}

/** The name of the file where it is stored; null if it is not a name that people give, or if the user typed it anyway. */
function fileNameOf({ name, location }: OpenedModel): string | null {
  const address = location.kind === 'http' ? decoded(location.file.pathname) : location.path;
  const fileName = address && remoteFileName(address.replaceAll('\\', '/'));
  return fileName && !name.endsWith(fileName) ? fileName : null;
}

function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}

function statedDigests({ location, file }: OpenedModel): Digests | undefined {
  const files =
    location.kind !== 'shards'
      ? [location]
      : file.set?.files.map(({ number }) => location.shards.find((shard) => shard.number === number)?.location);
  const stated = (files ?? []).map((one: Found | undefined) => {
    const { sha256, digestFrom = '', size } = one?.kind === 'http' ? one.file : {};
    return sha256 === undefined || size === undefined
      ? undefined
      : { bytes: size, digest: sha256, statedBy: digestFrom };
  });
  return stated.length === 0 || stated.includes(undefined) ? undefined : (stated as Digests);
}
