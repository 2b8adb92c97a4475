/** Asking for a file, and handing one to the person. */

/** Opens the system's file dialog; null when it is closed without a choice. */
export function pickCsv(): Promise<File | null> {
  return pickFile('.csv,.tsv,.txt,.offbeat,text/csv,text/tab-separated-values');
}

/** `accept`: endings and types, as an input of HTML takes them. */
export function pickFile(accept: string): Promise<File | null> {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = accept;
  return new Promise((resolve) => {
    input.onchange = () => resolve(input.files?.[0] ?? null);
    input.addEventListener('cancel', () => resolve(null));
    input.click();
  });
}

export type FileKind = 'table' | 'workspace' | 'bundle';

/** Told by its first bytes, not by its name. */
export async function kindOf(file: File): Promise<FileKind> {
  const head = new TextDecoder('latin1').decode(await file.slice(0, 16).arrayBuffer());
  if (head === 'SQLite format 3\0') return 'workspace';
  return head.startsWith('PK') ? 'bundle' : 'table';
}

export function saveFile(bytes: Uint8Array, fileName: string, type: string): void {
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
