import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { installJobCommand, jobCommand } from '../remote';
import { cloudOf } from '../activities/make-plan';
import { createReaches } from '../activities/reach';
import { workerSettings } from './settings';

interface Wish {
  readonly cloud: string;
  readonly hosts?: readonly string[];
}

/**
 * `npm run job-command`: puts the one command that sudo has to allow on a cloud's hosts, over the way a worker has, or
 * prints it for a package.
 */
const program = new Command('job-command').description(
  'The one root-owned command that sudo has to allow on the hosts: openstack-upgrade-job',
);

program
  .command('install')
  .description("put it on the hosts of a cloud, where the worker's user can become root already")
  .requiredOption('--cloud <name>', 'as in CLOUDS_DIR/<name>.yaml')
  .option('--hosts <names...>', 'only these; default: every host of the cloud')
  .action(install);

program
  .command('print')
  .description('write the file, for a package or for configuration management')
  .argument('<file>', 'where to; owner root, mode 0755 on the hosts')
  .action((file: string) => {
    writeFileSync(file, jobCommand({ user: 'USER' }).content, { mode: 0o755 });
    console.log(`${file}: install it as ${jobCommand({ user: 'USER' }).path}, root:root, 0755.`);
  });

async function install({ cloud: name, hosts: only }: Wish): Promise<void> {
  const { cloudsDirectory } = workerSettings(process.env);
  const cloud = await cloudOf({ directory: cloudsDirectory, name });
  const hosts = only ?? Object.keys(cloud.hosts);
  const unknown = hosts.filter((host) => !(host in cloud.hosts));
  if (unknown.length > 0)
    throw new Error(
      `${name} has no host ${unknown.join(', ')}; it has ${Object.keys(cloud.hosts).join(', ')}. Nothing was done.`,
    );
  const reaches = createReaches({});
  try {
    const { transport } = await reaches.to(cloud);
    const ends = await Promise.all(
      hosts.map(async (host) => endOf({ host, act: installJobCommand({ transport, host }) })),
    );
    for (const { host, said } of ends) console.log(`${host}: ${said}`);
    if (ends.some(({ failed }) => failed)) process.exitCode = 1;
    else console.log(`\nNow sudo may be narrowed to:\n  ${jobCommand({ user: cloud.ssh.user }).sudoersLine}`);
  } finally {
    await reaches.close();
  }
}

async function endOf(options: { host: string; act: ReturnType<typeof installJobCommand> }): Promise<{
  readonly host: string;
  readonly said: string;
  readonly failed: boolean;
}> {
  const { host, act } = options;
  try {
    const { kind, path } = await act;
    return { host, said: `${path} ${kind}`, failed: false };
  } catch (error) {
    return { host, said: error instanceof Error ? error.message : String(error), failed: true };
  }
}

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
