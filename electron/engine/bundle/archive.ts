/**
 * A bundle as a zip of known members. Nothing is ever written to where a name points, and what
 * would unpack to more than a bundle can be is refused before it is unpacked.
 */
import { createHash } from 'node:crypto';
import { unzipSync, zipSync, type UnzipFileInfo } from 'fflate';
import { Failure } from '../../../shared/contract/failure.ts';
import { BUNDLE_FORMAT, type BundleManifest } from '../../../shared/domain/bundle.ts';

export type Members = Readonly<Record<string, Uint8Array>>;

const MANIFEST = 'manifest.json';
/** The manifest's own sha256, hex. */
const SEAL = 'manifest.sha256';
const KNOWN = new RegExp(
  String.raw`^(manifest\.(json|sha256)|(data|scores)\.parquet|report\.html|` +
    String.raw`(configuration|events|labels|state)\.json|trainings/\d{1,5}\.safetensors)$`,
);
const MEMBERS_MAX = 10_000;
const BYTES_MAX = 2 ** 30;
/** Deflate packs nothing of ours so well; small members may be of one letter. */
const RATIO_MAX = 250;
const SMALL_BYTES = 1024 * 1024;
/** The zip must not depend on the clock: the same content, the same bytes. */
const MODIFIED = new Date('2000-01-01T00:00:00Z');

export function packBundle(
  members: Members,
  about: Omit<BundleManifest, 'format' | 'members'>,
): Uint8Array {
  const listed = Object.fromEntries(
    Object.entries(members).map(([name, bytes]) => [
      name,
      { bytes: bytes.length, sha256: sha256Of(bytes) },
    ]),
  );
  const manifest: BundleManifest = { format: BUNDLE_FORMAT, ...about, members: listed };
  const text = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
  const seal = new TextEncoder().encode(sha256Of(text));
  return zipSync({ [MANIFEST]: text, [SEAL]: seal, ...members }, { mtime: MODIFIED });
}

export interface OpenedBundle {
  readonly manifest: BundleManifest | null;
  readonly members: Members;
  readonly broken: readonly { readonly member: string; readonly reason: string }[];
}

/** Throws Failure bad-input for what is no bundle; a member that was changed is named instead. */
export function openBundle(bytes: Uint8Array): OpenedBundle {
  const { members, damaged } = unpack(bytes);
  const manifest = readManifest(members);
  if (typeof manifest === 'string') {
    return { manifest: null, members, broken: [{ member: MANIFEST, reason: manifest }] };
  }
  const broken: { member: string; reason: string }[] = [];
  for (const [member, { bytes: size, sha256 }] of Object.entries(manifest.members)) {
    const found = members[member];
    const reason = damaged.has(member)
      ? 'it cannot be unpacked'
      : !found
        ? 'it is missing'
        : found.length !== size
          ? `it has ${found.length} bytes; ${size} were written`
          : sha256Of(found) !== sha256
            ? 'its content was changed'
            : null;
    if (reason) broken.push({ member, reason });
  }
  const listed = new Set([MANIFEST, SEAL, ...Object.keys(manifest.members)]);
  for (const member of Object.keys(members)) {
    if (!listed.has(member)) broken.push({ member, reason: 'the manifest does not know it' });
  }
  return { manifest, members, broken };
}

function unpack(bytes: Uint8Array): { members: Members; damaged: ReadonlySet<string> } {
  const names = new Set<string>();
  let total = 0;
  const list = (file: UnzipFileInfo): boolean => {
    refuseStrange(file, names);
    names.add(file.name);
    total += file.originalSize;
    if (names.size > MEMBERS_MAX || total > BYTES_MAX) {
      throw new Failure('bad-input', 'This unpacks to more than a bundle can hold; it is refused.');
    }
    return false;
  };
  unzip(bytes, list);
  const members: Record<string, Uint8Array> = {};
  const damaged = new Set<string>();
  // One by one, so that one that is damaged does not hide the others.
  for (const name of names) {
    try {
      Object.assign(members, unzipSync(bytes, { filter: (file) => file.name === name }));
    } catch {
      damaged.add(name);
    }
  }
  return { members, damaged };
}

function unzip(bytes: Uint8Array, filter: (file: UnzipFileInfo) => boolean): void {
  try {
    unzipSync(bytes, { filter });
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(
      'bad-input',
      `This is no bundle of Offbeat, or it is cut off: ${(error as Error).message}.`,
    );
  }
}

function refuseStrange({ name, size, originalSize }: UnzipFileInfo, names: Set<string>): void {
  if (!KNOWN.test(name)) {
    throw new Failure(
      'bad-input',
      `A bundle holds no ${JSON.stringify(name.slice(0, 100))}; the file is refused.`,
    );
  }
  if (names.has(name)) {
    throw new Failure('bad-input', `${name} is in the bundle twice; the file is refused.`);
  }
  if (originalSize > SMALL_BYTES && originalSize > RATIO_MAX * size) {
    throw new Failure(
      'bad-input',
      `${name} would unpack to ${originalSize} bytes from ${size}; the file is refused.`,
    );
  }
}

/** The manifest, or why there is none to trust. */
function readManifest(members: Members): BundleManifest | string {
  const text = members[MANIFEST];
  if (!text) return 'it is missing or cannot be unpacked';
  const seal = new TextDecoder().decode(members[SEAL] ?? new Uint8Array());
  if (seal !== sha256Of(text)) return `it was changed, or ${SEAL} was`;
  try {
    const manifest = JSON.parse(new TextDecoder().decode(text)) as BundleManifest;
    if (manifest.format === BUNDLE_FORMAT) return manifest;
    return `its format is ${String(manifest.format)}; ${BUNDLE_FORMAT} was expected`;
  } catch {
    return 'it is not JSON';
  }
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
