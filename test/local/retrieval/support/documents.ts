/** Small files of the formats that are not text, made by hand so that tests can spoil them. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface PdfLine {
  readonly text: string;
  readonly size?: number;
}

/** A PDF file with these pages. Lines follow each other without gaps. @param trailer more entries of its trailer */
export function makePdf(pages: readonly (readonly PdfLine[])[], trailer = ''): Uint8Array<ArrayBuffer> {
  const objects = ['<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>', ''];
  const add = (object: string) => `${objects.push(object)} 0 R`;
  const kids = pages.map((lines) => {
    const content = pageContent(lines);
    const stream = add(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
    const resources = '/MediaBox [0 0 612 792] /Resources << /Font << /F1 1 0 R >> >>';
    return add(`<< /Type /Page /Parent 2 0 R ${resources} /Contents ${stream} >>`);
  });
  objects[1] = `<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${kids.length} >>`;
  const root = add('<< /Type /Catalog /Pages 2 0 R >>');
  let file = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join('')}`;
  const end = `trailer\n<< /Size ${objects.length + 1} /Root ${root} ${trailer} >>\nstartxref\n${file.length}\n%%EOF`;
  return new Uint8Array(Buffer.from(file + table + end, 'latin1'));
}

function pageContent(lines: readonly PdfLine[]): string {
  let y = 760;
  const shown = lines.map(({ text, size = 11 }) => {
    y -= size * 1.2;
    return `/F1 ${size} Tf 1 0 0 1 50 ${y} Tm (${text}) Tj`;
  });
  return `BT\n${shown.join('\n')}\nET`;
}

/** A PDF file that needs a password. The entries only have to look right. */
export function makeEncryptedPdf(): Uint8Array<ArrayBuffer> {
  const key = '00'.repeat(32);
  const encrypt = `/Encrypt << /Filter /Standard /V 1 /R 2 /O <${key}> /U <${key}> /P -4 >> /ID [<00> <00>]`;
  return makePdf([[{ text: 'secret' }]], encrypt);
}

/** A ZIP archive of these files. @param claimedSize what it says that each has when unpacked; the truth by default */
export function makeZip(
  files: Readonly<Record<string, Uint8Array | string>>,
  claimedSize?: number,
): Uint8Array<ArrayBuffer> {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content);
    const packed = deflateRawSync(bytes);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(claimedSize ?? bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, Buffer.from(name), packed]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(
      Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\u0000'), common, place, Buffer.from(name)]),
    );
    parts.push(local);
    offset += local.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  return new Uint8Array(Buffer.concat([...parts, entries, end]));
}

/** A DOCX file with the content of its body, and one heading style with a name of another language. */
export function makeDocx(body: string): Uint8Array<ArrayBuffer> {
  return makeZip({
    'word/document.xml': `<?xml version="1.0"?><w:document><w:body>${body}</w:body></w:document>`,
    'word/styles.xml':
      '<w:styles><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style></w:styles>',
  });
}
