import { execFile } from 'node:child_process';

/** Ubuntu 20.04 has 8.2, Debian 11 has 8.4; older ones were never tried, and a client nobody tried is not used. */
const OLDEST = { major: 8, minor: 0 };

/** The worker's machine cannot offer OpenSSH's client: nothing about any host. */
export class OpensshUnusable extends Error {
  override readonly name = 'OpensshUnusable';
}

/** Rejects with OpensshUnusable, a sentence for the operator, when `program` is not an OpenSSH client new enough. */
export async function requireOpenssh(program: string): Promise<void> {
  const version = await askVersion(program);
  const [, major, minor] = /^OpenSSH_(\d+)\.(\d+)/.exec(version) ?? [];
  const enough = Number(major) > OLDEST.major || (Number(major) === OLDEST.major && Number(minor) >= OLDEST.minor);
  if (!enough) throw unusable(`"${program} -V" says "${version}"`);
}

function askVersion(program: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, ['-V'], { timeout: 10_000 }, (error, stdout, stderr) => {
      const said = `${stderr}${stdout}`.trim().split('\n')[0] ?? '';
      if (error?.code === 'ENOENT') reject(unusable(`there is no program "${program}" on the worker's machine`));
      else if (error) reject(unusable(`"${program} -V" fails on the worker's machine: ${said || error.message}`));
      else resolve(said);
    });
  });
}

function unusable(what: string): OpensshUnusable {
  return new OpensshUnusable(
    `The OpenSSH client cannot be used: ${what}. Install OpenSSH ${String(OLDEST.major)}.${String(OLDEST.minor)} or newer there (Debian, Ubuntu: openssh-client), or use the built-in client (\`client: ssh2\` below ssh in the cloud file).`,
  );
}
