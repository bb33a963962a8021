const MAX_LENGTH = 200;
/** Control characters, what separates directories, and what ends a quoted text in a header. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\\/:*?"<>|]/gu;

/** A name without directories, and without characters that mean something in headers or on disks. */
export function plainFileName(name: string | undefined): string {
  const [last = ''] = (name ?? '').split(/[\\/]/).slice(-1);
  const plain = last.replace(UNSAFE, '_').replace(/^[.\s]+|[.\s]+$/g, '');
  return [...plain].slice(-MAX_LENGTH).join('') || 'file';
}

/** The header of a response that browsers save as a file instead of showing it (RFC 6266). */
export function attachment(name: string): string {
  const plain = plainFileName(name);
  const ascii = plain.replace(/[^\x20-\x7e]|%/g, '_');
  const encoded = encodeURIComponent(plain).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
