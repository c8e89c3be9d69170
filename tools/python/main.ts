import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from './lint';

/** `npm run check:python`: every Python file of the project. */
const root = join(__dirname, '..', '..');
const lint = createLinter();
const files = readdirSync(root, { withFileTypes: true })
  .filter((one) => one.isDirectory() && !one.name.startsWith('.') && !['node_modules', 'dist'].includes(one.name))
  .flatMap(({ name }) =>
    readdirSync(join(root, name), { recursive: true, encoding: 'utf8' }).map((file) => join(name, file)),
  )
  .filter((file) => file.endsWith('.py'))
  .sort();

const complaints = files.flatMap((file) =>
  lint(readFileSync(join(root, file), 'utf8')).map(
    ({ line, column, rule, words }) => `${file}:${String(line)}:${String(column)}: ${rule} ${words}`,
  ),
);
for (const complaint of complaints) console.log(complaint);
// No file at all means that this looked in the wrong place, and must not pass for clean.
process.exitCode = complaints.length === 0 && files.length > 0 ? 0 : 1;
