import { Argument, type Command } from 'commander';
import type { JsonSchemaName } from '../schema/json-schemas';

/** The documents of `schema`; written here too, because their schemas take time to load and `--help` must not. */
const documents: readonly JsonSchemaName[] = ['cloud-file', 'full', 'partial', 'preflight', 'rollback', 'finish'];

/** Commands that need neither a Temporal server nor a worker. Each loads what it needs when it runs. */
export function addLocals(program: Command): void {
  program
    .command('validate')
    .argument('<file>', 'a cloud file, as in clouds/cedar.yaml')
    .description('check a cloud file as a worker does; contacts neither Temporal nor a host')
    .action(async (file: string) => {
      const { cloudText, validateCloud } = await import('./validate-cloud.js');
      const cloud = await validateCloud(file);
      const isJson = program.opts<{ json?: true }>().json === true;
      process.stdout.write(`${isJson ? JSON.stringify({ schemaVersion: 1, ...cloud }, null, 2) : cloudText(cloud)}\n`);
    });
  program
    .command('schema')
    .addArgument(new Argument('<document>', 'of what').choices(documents))
    .description('the JSON Schema of cloud files or of a request, for editors and pipelines')
    .action(async (document: JsonSchemaName) => {
      const { jsonSchema } = await import('../schema/json-schemas.js');
      process.stdout.write(`${JSON.stringify(jsonSchema(document), null, 2)}\n`);
    });
}

/**
 * Completions: `complete bash|zsh|fish` prints the script of a shell, which then asks `complete -- words`. `others` makes
 * the program without this command: the library adds its own.
 */
export function addCompletion(options: { readonly program: Command; readonly others: () => Command }): void {
  const { program, others } = options;
  program
    .command('complete')
    .argument('[shell]', 'bash, zsh, fish, powershell')
    .description('the script that completes these commands in a shell')
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async () => {
      const { default: addLibraryCompletion } = await import('@bomb.sh/tab/commander');
      const completed = others();
      addLibraryCompletion(completed);
      await completed.parseAsync();
    });
}
