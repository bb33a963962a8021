/** What is found in files of each format, and how they are cut into passages. */
import { describe, expect, it } from 'vitest';
import { type RunningApi, startApi } from '../support/local-api.ts';
import { makeDocx, makePdf } from './support/documents.ts';
import { answerTo } from './support/searching.ts';
import { addFile } from './support/uploads.ts';

/** The passages that the offline model cites, best first. */
async function found(
  api: RunningApi,
  name: string,
  content: string | Uint8Array<ArrayBuffer>,
  question: string,
) {
  const file = await addFile(api, name, content);
  const { annotations } = await answerTo(api, question, [file]);
  return annotations.map(({ file_citation }: { file_citation: { quote: string } }) => file_citation.quote);
}

const paragraph = (style: string, text: string) =>
  `<w:p><w:pPr><w:pStyle w:val="${style}"/></w:pPr><w:r><w:t>${text.slice(0, 3)}</w:t></w:r><w:r><w:t>${text.slice(3)}</w:t></w:r></w:p>`;

describe('passages', () => {
  it.each<[string, string, string | Uint8Array<ArrayBuffer>, string, string]>([
    [
      'a section of Markdown, with its heading',
      'a.md',
      '# Pets\n\nCats purr.\n\n```\n# no heading\n```\n\n# Plants\n\nRoses smell.',
      'Do cats purr?',
      '# Pets\n\nCats purr.\n\n```\n# no heading\n```',
    ],
    [
      'a section of HTML, without scripts and styles',
      'a.html',
      '<title>Zoo</title><style>cats{}</style><h1>Pets</h1><p>Cats <b>purr</b>\n loudly &amp; long.<script>cats</script><h1>Plants</h1><p>Roses',
      'Do cats purr?',
      'Pets\n\nCats purr loudly & long.',
    ],
    [
      'a section of DOCX, by the names of its styles',
      'a.docx',
      makeDocx(
        `${paragraph('berschrift1', 'Pets')}${paragraph('x', 'Cats purr.')}${paragraph('berschrift1', 'Plants')}${paragraph('x', 'Roses.')}`,
      ),
      'Do cats purr?',
      'Pets\n\nCats purr.',
    ],
    [
      'a row of a table in DOCX',
      'a.docx',
      makeDocx(
        `<w:tbl><w:tr><w:tc>${paragraph('x', 'Cats')}</w:tc><w:tc>${paragraph('x', 'purr')}</w:tc></w:tr></w:tbl>`,
      ),
      'cats',
      'Cats\tpurr',
    ],
    [
      'a page of PDF, with larger letters as headings',
      'a.pdf',
      makePdf([
        [{ text: 'Pets', size: 20 }, { text: 'Cats purr when' }, { text: 'they are happy.' }],
        [{ text: 'Plants', size: 20 }, { text: 'Roses smell of roses and of nothing else.' }],
      ]),
      'cats',
      'Pets\n\nCats purr when\nthey are happy.',
    ],
    [
      'an object of JSON as it is',
      'a.json',
      '{"cats": "purr", "x": "\\u00e9"}',
      'cats',
      '{"cats": "purr", "x": "\\u00e9"}',
    ],
    [
      'records of CSV as they are',
      'a.csv',
      'pet,sound\ncat,"purr\nloudly"\n',
      'cat',
      'pet,sound\ncat,"purr\nloudly"',
    ],
  ])('are %s', async (_, name, content, question, passage) => {
    expect(await found(await startApi(), name, content, question)).toEqual([passage]);
  });
});

describe('a search', () => {
  it('finds the context of a passage: headings above it, and the header of a table', async () => {
    const rows = Array.from({ length: 100 }, (_, index) => `row ${index},${'x'.repeat(30)}`);
    const texts = await found(
      await startApi(),
      'a.csv',
      `name,telephone\n${rows.join('\n')}\n`,
      'telephone of row 99',
    );
    expect(texts.some((text: string) => text.includes('row 99,'))).toBe(true);
    const chapter = `# Zoo\n\n## Opening hours\n\n${'Visitors come. '.repeat(100)}\n\nFrom ten to six.`;
    const [first] = await found(await startApi(), 'a.md', chapter, 'zoo opening hours ten');
    expect(first).toContain('From ten to six.');
  });

  it('finds other forms of a word, without accents and in other scripts', async () => {
    const other = await startApi();
    expect(await found(other, 'a.txt', 'The employees were travelling.', 'travels')).toHaveLength(1);
    expect(await found(other, 'a.txt', 'Un café crème.', 'CAFE')).toHaveLength(1);
    expect(await found(other, 'a.txt', 'all the employ-\nees', 'employee')).toEqual(['all the employ-\nees']);
    expect(await found(other, 'a.txt', '我们的年假是三十天。', '年假有多少天')).toHaveLength(1);
  });

  it('takes operators of the index as plain words', async () => {
    const api = await startApi();
    const file = await addFile(api, 'a.txt', 'Cats purr.');
    const hostile = [
      '" OR "',
      'NEAR(a b)',
      '*',
      'cats AND',
      '-cats ^purr',
      "'; DROP TABLE passages; --",
      '\u0000',
      '🌴',
    ];
    for (const question of [...hostile, '('.repeat(500), 'text:dogs OR context:a', 'cats'.repeat(50_000)]) {
      await answerTo(api, question, [file]);
    }
    expect((await answerTo(api, 'cats', [file])).annotations).toHaveLength(1);
  });
});

describe('long texts', () => {
  it.each([
    ['one line of words', 'lorem ipsum dolor sit amet. '.repeat(400)],
    ['one word', 'x'.repeat(5_000)],
    ['emoji', '🌴'.repeat(3_000)],
    ['minified JSON', JSON.stringify(Array.from({ length: 400 }, (_, id) => ({ id, name: `name ${id}` })))],
  ])('are cut into passages of a limited length that are in the text: %s', async (_, text) => {
    const content = `${text} needle`;
    for (const passage of await found(await startApi(), 'a.json', content, 'needle lorem name')) {
      expect(passage.length).toBeLessThanOrEqual(1_200);
      expect(content).toContain(passage);
      expect(passage).not.toMatch(/^[\udc00-\udfff]|[\ud800-\udbff]$/);
    }
  });
});
