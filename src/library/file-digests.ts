/** The files of a model for a report on it: how they are called, and their SHA-256, as whoever keeps them states it, or from all their bytes. */

import type { Found } from '../locate/location.js';
import type { OpenedModel } from '../open/open-model.js';
import type { ExplainReport } from '../report/explain-schema.js';
import { digestsOfFiles } from '../tensor-data/file-digests.js';
import { remoteFileName } from '../words/remote-names.js';
import { filesOf } from './hash.js';
import type { Watch } from './watch.js';

type Digests = NonNullable<ExplainReport['digests']>;

/** `read`: from their bytes, wherever they are. `here`: as it is stated, else from their bytes on this machine. `stated`: nothing is read. */
export type WantedDigests = 'read' | 'here' | 'stated' | 'none';

/** How a model is to be opened for its digests. */
export function openForDigests(wanted: WantedDigests): { data: boolean; headerBytes: boolean } {
  return { data: wanted === 'read' || wanted === 'here', headerBytes: wanted === 'read' };
}

/** The report with the names of its files, and their digests, where they are wanted or known. */
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

/** One for each file, in the order of the report. Undefined where they are neither wanted nor known. */
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

/** How the file is called where it lies, if it is a name that people give, and not what was typed. */
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
