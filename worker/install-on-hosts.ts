import { installJobCommand, jobCommand } from '../remote';
import { cloudOf } from '../activities/make-plan';
import { createReaches } from '../activities/reach';
import { workerSettings } from './settings';

export interface InstallWish {
  readonly cloud: string;
  readonly hosts?: readonly string[];
}

/** Puts the command on a cloud's hosts, all side by side, and says of each what came of it. */
export async function installOnHosts({ cloud: name, hosts: only }: InstallWish): Promise<void> {
  const { cloudsDirectory } = workerSettings(process.env);
  const cloud = await cloudOf({ directory: cloudsDirectory, name });
  const hosts = only ?? Object.keys(cloud.hosts);
  const unknown = hosts.filter((host) => !(host in cloud.hosts));
  if (unknown.length > 0)
    throw new Error(
      `${name} has no host ${unknown.join(', ')}; its hosts are ${Object.keys(cloud.hosts).join(', ')}. Nothing was changed.`,
    );
  const reaches = createReaches({});
  try {
    const { transport } = await reaches.to(cloud);
    const ends = await Promise.all(
      hosts.map(async (host) => endOf({ host, act: installJobCommand({ transport, host }) })),
    );
    for (const { host, said } of ends) console.log(`${host}: ${said}`);
    if (ends.some(({ failed }) => failed)) process.exitCode = 1;
    else console.log(`\nYou can now restrict sudo to:\n  ${jobCommand({ user: cloud.ssh.user }).sudoersLine}`);
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
