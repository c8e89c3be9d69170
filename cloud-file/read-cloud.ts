import { createHash } from 'node:crypto';
import { access, constants, readdir, readFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { homedir } from 'node:os';
import canonicalize from 'canonicalize';
import { LineCounter, parseDocument, type Document } from 'yaml';
import { services } from '../catalog/services';
import { cloudFile, cloudFileKeys, hostsWith, type Cloud, type CloudFile } from '../schema/cloud';
import { nearest, problemsOf, sentenceOf, type Problem } from '../schema/problem';

/** A cloud file that is missing or wrong: one sentence with every wrong path, its line and what to write instead. */
export class CloudFileError extends Error {
  constructor(
    readonly reason: 'unknown' | 'invalid',
    message: string,
  ) {
    super(message);
  }
}

/**
 * Reads `CLOUDS_DIR/<name>.yaml` with the files it names. Relative paths are relative to the cloud file.
 * @throws CloudFileError
 */
export async function readCloud(options: { directory: string; name: string }): Promise<Cloud> {
  const path = join(options.directory, `${options.name}.yaml`);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => unknownCloud({ ...options, cause }));
  const file = parse({ path, text, name: options.name });
  const at = (reference: string): string => absolute({ reference, base: dirname(path) });
  const ssh = await sshOf({ file, path, at });
  const sourceTexts = await sourcesOf({ file, path, at });
  const cloud = { ...file, ssh, lockHost: lockHostOf(file), sourceTexts };
  return { ...cloud, digest: digestOf({ ...cloud, ssh: file.ssh }) };
}

/** SHA-256 over canonical JSON (RFC 8785), in hex. */
export function digestOf(value: unknown): string {
  return createHash('sha256')
    .update(canonicalize(value) ?? '')
    .digest('hex');
}

async function unknownCloud(options: { directory: string; name: string; cause: unknown }): Promise<never> {
  const names = await readdir(options.directory).catch(() => []);
  const known = names.filter((one) => one.endsWith('.yaml')).map((one) => one.slice(0, -'.yaml'.length));
  const near = nearest({ key: options.name, knownKeys: known });
  throw new CloudFileError(
    'unknown',
    `There is no cloud "${options.name}"${near === undefined ? '.' : `; did you mean "${near}"?`} The worker reads ` +
      `${options.name}.yaml from its CLOUDS_DIR, which ${known.length === 0 ? 'has no cloud file' : `has: ${known.join(', ')}`}. Nothing was changed.`,
  );
}

function parse(options: { path: string; text: string; name: string }): CloudFile {
  const lineCounter = new LineCounter();
  const document = parseDocument(options.text, { lineCounter, prettyErrors: true });
  const [broken] = document.errors;
  if (broken !== undefined)
    throw invalid({ ...options, problems: [{ path: 'YAML', message: broken.message.split('\n')[0] ?? '' }] });
  const parsed = cloudFile.safeParse(document.toJS());
  if (!parsed.success) {
    const problems = problemsOf({ error: parsed.error, knownKeys: cloudFileKeys });
    throw invalid({ ...options, problems: problems.map((problem) => withLine({ document, lineCounter, problem })) });
  }
  const problems = crossCheck({ file: parsed.data, name: options.name });
  if (problems.length > 0) throw invalid({ ...options, problems });
  return parsed.data;
}

/** What no single field can tell: names that must exist, roles that must be carried. */
function crossCheck(options: { file: CloudFile; name: string }): Problem[] {
  const { file, name } = options;
  const names = Object.keys(file.hosts);
  const refers = (path: string, host: string | undefined): Problem[] =>
    host === undefined || names.includes(host)
      ? []
      : [{ path, message: `is "${host}", which is not one of the hosts (${names.join(', ')})` }];
  const needs = (['controller', 'database'] as const).filter((role) => hostsWith({ cloud: file, role }).length === 0);
  return [
    ...(file.cloud === name
      ? []
      : [{ path: 'cloud', message: `is "${file.cloud}", but the file is named ${name}.yaml` }]),
    ...refers('lockHost', file.lockHost),
    ...refers('openstack.on', file.openstack.on),
    ...refers('backup.copyTo', file.backup.copyTo),
    ...refers('ssh.jump', file.ssh.jump),
    ...crossCheckApis(file),
    ...crossCheckBudgets(file),
    ...crossCheckSsh(file.ssh),
    ...needs.map((role) => ({ path: 'hosts', message: `no host has the role ${role}` })),
  ];
}

/** A name that no service has would leave the API at its usual port, without a word. */
function crossCheckApis({ apis = {} }: CloudFile): Problem[] {
  const known = services.flatMap(({ units }) => units.flatMap(({ api }) => api?.name ?? []));
  return Object.keys(apis)
    .filter((api) => !known.includes(api))
    .map((api) => ({ path: `apis.${api}`, message: `is no API that is known here (${known.join(', ')})` }));
}

/** A budget of a name that no service has would never be over, without a word. */
function crossCheckBudgets({ availability }: CloudFile): Problem[] {
  const known = services.map(({ name }) => name);
  return Object.keys(availability?.budgetSeconds ?? {})
    .filter((service) => !known.includes(service))
    .map((service) => ({
      path: `availability.budgetSeconds.${service}`,
      message: `is no service that is known here (${known.join(', ')})`,
    }));
}

function crossCheckSsh(ssh: CloudFile['ssh']): Problem[] {
  const openssh = ssh.client === 'openssh';
  const identity =
    'is missing; write the path of a private key. It is optional only with client: openssh and a configFile that says how to log in';
  return [
    ...(ssh.configFile === undefined || openssh
      ? []
      : [
          {
            path: 'ssh.configFile',
            message: 'is read by OpenSSH only; add client: openssh, or remove it',
          },
        ]),
    ...(ssh.identityFile === undefined && !(openssh && ssh.configFile !== undefined)
      ? [{ path: 'ssh.identityFile', message: identity }]
      : []),
  ];
}

function withLine(options: { document: Document; lineCounter: LineCounter; problem: Problem }): Problem {
  const { document, lineCounter, problem } = options;
  const path = problem.path.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  // A key that is missing has no line; what should hold it has, unless that is the whole file.
  const places = path.length > 1 ? [path, path.slice(0, -1)] : [path];
  const node = places.map((one) => document.getIn(one, true)).find(hasRange);
  if (node === undefined) return problem;
  return { ...problem, path: `${problem.path} (line ${String(lineCounter.linePos(node.range[0]).line)})` };
}

function hasRange(node: unknown): node is { readonly range: readonly [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}

function invalid(options: { path: string; problems: readonly Problem[] }): CloudFileError {
  const { path, problems } = options;
  return new CloudFileError('invalid', sentenceOf({ what: `The cloud file ${basename(path)}`, problems }));
}

/** Its paths as the worker opens them. Keys and known_hosts are read at every connection; a config file by ssh alone. */
async function sshOf(options: {
  file: CloudFile;
  path: string;
  at: (reference: string) => string;
}): Promise<CloudFile['ssh']> {
  const { file, path, at } = options;
  const { identityFile, knownHostsFile, configFile } = file.ssh;
  if (configFile !== undefined)
    await access(at(configFile), constants.R_OK).catch(() => {
      const message = `${configFile} cannot be read`;
      throw invalid({ path, problems: [{ path: 'ssh.configFile', message }] });
    });
  return {
    ...file.ssh,
    knownHostsFile: at(knownHostsFile),
    ...(identityFile === undefined ? {} : { identityFile: at(identityFile) }),
    ...(configFile === undefined ? {} : { configFile: at(configFile) }),
  };
}

async function sourcesOf(options: {
  file: CloudFile;
  path: string;
  at: (reference: string) => string;
}): Promise<Record<string, string>> {
  const entries = Object.entries(options.file.packageSources).map(
    async ([series, { deb822 }]): Promise<[string, string]> => {
      const text = await readFile(options.at(deb822), 'utf8').catch(() => {
        const message = `${deb822} cannot be read`;
        throw invalid({ path: options.path, problems: [{ path: `packageSources.${series}.deb822`, message }] });
      });
      if (/[a-z+]+:\/\/[^\s/]*@/i.test(text))
        throw invalid({ path: options.path, problems: [credentialsIn({ series, deb822 })] });
      return [series, text];
    },
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** The text becomes part of the plan, of the runbook on every host and of Temporal's history: no secret may be in it. */
function credentialsIn({ series, deb822 }: { series: string; deb822: string }): Problem {
  return {
    path: `packageSources.${series}.deb822`,
    message:
      `names ${deb822}, whose URI has a user or password; take it out and write it into a file below ` +
      '/etc/apt/auth.conf.d on the hosts (apt_auth.conf(5))',
  };
}

function lockHostOf(file: CloudFile): string {
  return file.lockHost ?? hostsWith({ cloud: file, role: 'database' })[0] ?? Object.keys(file.hosts).sort()[0] ?? '';
}

function absolute(options: { reference: string; base: string }): string {
  const { reference, base } = options;
  if (reference.startsWith('~/')) return join(homedir(), reference.slice(2));
  return isAbsolute(reference) ? reference : join(base, reference);
}
