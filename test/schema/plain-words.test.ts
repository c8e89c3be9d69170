import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sentencesOf } from './sentences';

const root = join(__dirname, '../..');

/** The rooms whose sentences a person meets. */
const rooms = [
  'activities',
  'catalog',
  'client',
  'cloud-file',
  'codec',
  'connection',
  'lab',
  'plan',
  'programs',
  'remote',
  'report',
  'schema',
  'shell',
  'testing',
  'tools',
];
const files = [...rooms, 'worker', 'workflows'].flatMap((room) => sentencesOf({ root, room }));

/** The field of a status is named in sentences as it stands in the JSON: `"owed"`. */
const fieldNames = /"owed"/g;

function forbidden(): readonly string[] {
  const lines = readFileSync(join(root, 'docs/words.md'), 'utf8').split('\n');
  const rows = lines.filter((line) => line.startsWith('|')).slice(2);
  return rows.flatMap((row) => row.split('|')[3]?.split(',') ?? []).map((word) => word.trim());
}

const pattern = new RegExp(`(?<![\\w-])(${forbidden().join('|')})(?![\\w-])`, 'i');

function found({ text }: { readonly text: string }): string | undefined {
  return pattern.exec(text.replace(fieldNames, '').replace(/\s+/g, ' '))?.[1];
}

describe('what a person reads', () => {
  it('is written in the words of docs/words.md', () => {
    const wrong = files.flatMap(({ place, text }) => {
      const word = found({ text });
      return word === undefined ? [] : [`${place}: "${word}" in: ${text}`];
    });
    expect(wrong).toEqual([]);
  });

  it.each(['2 stacks in work: web', 'The host OBEYS owner 3', 'the papers arrived incomplete', 'see what is owed'])(
    'would be found: %s',
    (text) => {
      expect(found({ text })).toBeDefined();
    },
  );

  it.each(['the lock of "owed" things', 'a workflow', 'in progress', 'it overlooks nothing'])(
    'is not taken for another word: %s',
    (text) => {
      expect(found({ text })).toBeUndefined();
    },
  );

  it('is read from every room', () => {
    const read = (part: string): boolean => files.some(({ place }) => place.startsWith(part));
    expect(rooms.filter((room) => room !== 'shell' && !read(`${room}/`))).toEqual([]);
    expect(['workflows/finish.ts', 'programs/stuck-stacks.py', 'remote/jobs/durable-job/person.sh'].map(read)).toEqual([
      true,
      true,
      true,
    ]);
  });
});
