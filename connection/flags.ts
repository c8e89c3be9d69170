import { Option, type Command } from 'commander';

/** The flags of the `temporal` command, by their own names, and the variable that says the same. */
const flags = [
  { flag: '--address <host:port>', variable: 'TEMPORAL_ADDRESS', what: 'the Temporal server (127.0.0.1:7233)' },
  { flag: '-n, --namespace <name>', variable: 'TEMPORAL_NAMESPACE', what: 'its namespace (default)' },
  {
    flag: '--profile <name>',
    variable: 'TEMPORAL_PROFILE',
    what: "a profile of the temporal command's configuration file",
  },
  { flag: '--config-file <file>', variable: 'TEMPORAL_CONFIG_FILE', what: 'a TOML file with profiles' },
  {
    flag: '--api-key <key>',
    variable: 'TEMPORAL_API_KEY',
    what: 'turns TLS on; prefer the variable, which other users cannot see',
  },
  { flag: '--tls', variable: 'TEMPORAL_TLS', what: 'use TLS with the certificate authorities of this machine' },
  { flag: '--tls-cert-path <file>', variable: 'TEMPORAL_TLS_CLIENT_CERT_PATH', what: 'client certificate (mTLS)' },
  { flag: '--tls-key-path <file>', variable: 'TEMPORAL_TLS_CLIENT_KEY_PATH', what: 'key of the client certificate' },
  {
    flag: '--tls-ca-path <file>',
    variable: 'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
    what: 'certificate authority of the server',
  },
  { flag: '--tls-server-name <name>', variable: 'TEMPORAL_TLS_SERVER_NAME', what: "name in the server's certificate" },
  { flag: '--task-queue <name>', variable: 'OSU_TASK_QUEUE', what: 'task queue of the workers (openstack-upgrade)' },
  { flag: '--codec-keys <file>', variable: 'OSU_CODEC_KEYS', what: 'keys that encrypt what Temporal stores' },
] as const;

/** Adds them to a program; each says the variable that it overrides. */
export function addConnectionFlags(program: Command): Command {
  for (const { flag, variable, what } of flags) program.option(flag, `${what}; ${variable}`);
  return program;
}

/** The environment as it would be if each given flag were its variable: settings are read from one place. */
export function withFlags(options: { readonly env: NodeJS.ProcessEnv; readonly program: Command }): NodeJS.ProcessEnv {
  const given = options.program.opts<Record<string, string | true | undefined>>();
  const said = flags.flatMap(({ flag, variable }) => {
    const value = given[new Option(flag).attributeName()];
    return value === undefined ? [] : [[variable, String(value)] as const];
  });
  return { ...options.env, ...Object.fromEntries(said) };
}
