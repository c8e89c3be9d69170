import { enter } from '../machine/container';
import { urlHost } from '../../catalog/platform/address';
import { hostsWith, labHosts, type HostName } from '../machine/hosts';
import { LabError } from '../machine/lab-error';
import type { Say } from '../machine/progress';
import type { CloudShape } from '../packages/cloud-shape';
import { extraServices, type ExtraService } from '../packages/extra-services';
import type { OddityName } from '../packages/oddities';
import { recipeText } from '../machine/recipe-text';
import { addressOf, apiUrl } from './addresses';
import { labSecrets } from './secrets';
import { tlsAuthority, tlsOfBalancer } from './tls-files';

/** Turns five freshly booted hosts into a cloud that answers. Done once per starting series, then frozen. */
export async function configureCloud(options: CloudShape & { readonly say: Say }): Promise<void> {
  const { packaging, odd, say } = options;
  const on = (host: HostName, recipe: string): Promise<void> => runRecipe({ host, recipe, odd });
  const inTurn = async (host: HostName, recipes: readonly string[]): Promise<void> => {
    for (const recipe of recipes) await on(host, recipe);
  };
  say('configuring database, broker and load balancer');
  await Promise.all([
    on('db1', 'configure-db1.sh'),
    inTurn('mq1', brokerRecipes(odd)),
    on('lb1', 'configure-lb1.sh'),
    inTurn('ctl1', controllerRecipes(odd)),
    inTurn('ctl2', controllerRecipes(odd)),
  ]);
  say('creating the schemas');
  await on('ctl1', 'schemas.sh');
  await shareKeys({ from: 'ctl1', to: 'ctl2' });
  say('starting Keystone and Heat');
  if (packaging === 'apache') await Promise.all([on('ctl1', 'configure-apache.sh'), on('ctl2', 'configure-apache.sh')]);
  const start = packaging === 'apache' ? 'start-controller-apache.sh' : 'start-controller.sh';
  await Promise.all([on('ctl1', start), on('ctl2', start)]);
  say('creating users, roles and endpoints');
  await on('ctl1', 'identity.sh');
  for (const service of extraServices(options.extras)) await addService({ service, odd, say });
  for (const { name, layer } of hostsWith(options.extras))
    if (layer === 'compute') await inTurn(name, ['configure-ceilometer.sh', 'configure-compute.sh']);
}

const brokerRecipes = (odd: readonly OddityName[]): string[] => [
  // RabbitMQ reads it when it starts for the first time.
  ...(odd.includes('ipv6') ? ['ipv6-broker.sh'] : []),
  'configure-mq1.sh',
  ...(odd.includes('vhosts') ? ['vhosts-broker.sh'] : []),
];

const controllerRecipes = (odd: readonly OddityName[]): string[] => [
  'configure-controller.sh',
  ...(odd.includes('tls') ? ['tls-controller.sh'] : []),
  ...(odd.includes('vhosts') ? ['vhosts-controller.sh'] : []),
];

/** One more service on the controllers of a cloud that answers, in the order of its installation guide. */
async function addService(options: {
  readonly service: ExtraService;
  readonly odd: readonly OddityName[];
  readonly say: Say;
}): Promise<void> {
  const { service, odd, say } = options;
  say(`adding ${service.title}`);
  const on = (host: HostName, recipe: string): Promise<void> => runRecipe({ host, recipe, odd, service });
  if (service.schema !== null) await on('db1', 'service-schema.sh');
  await on('ctl1', 'service-identity.sh');
  await Promise.all([on('ctl1', `configure-${service.name}.sh`), on('ctl2', `configure-${service.name}.sh`)]);
  await on('ctl1', 'service-prepare.sh');
  await Promise.all([on('ctl1', 'service-start.sh'), on('ctl2', 'service-start.sh')]);
  if (service.api !== null) await on('lb1', 'service-balancer.sh');
}

/** Both controllers must be able to read each other's tokens and credentials. */
async function shareKeys(options: { readonly from: HostName; readonly to: HostName }): Promise<void> {
  const folders = '/etc/keystone/fernet-keys /etc/keystone/credential-keys';
  const archive = await enter({ host: options.from, command: `tar -cz ${folders} | base64` });
  const done = await enter({ host: options.to, command: 'base64 -d | tar -xz -C /', input: archive.stdout });
  if (done.exitCode !== 0) throw new LabError(`Cannot copy Keystone's keys to ${options.to}: ${done.stderr}`);
}

async function runRecipe(options: {
  readonly host: HostName;
  readonly recipe: string;
  readonly odd: readonly OddityName[];
  readonly service?: ExtraService;
}): Promise<void> {
  const { host, recipe, odd, service } = options;
  const input = [
    variables({ host, odd }),
    service === undefined ? '' : serviceVariables(service),
    recipeText('common.sh'),
    recipeText(recipe),
  ].join('\n');
  const done = await enter({ host, command: runAsFile, input });
  if (done.exitCode === 0) return;
  const tail = `${done.stdout}\n${done.stderr}`.trim().split('\n').slice(-12).join('\n');
  throw new LabError(`${host}, lab/recipe/${recipe}: exit code ${done.exitCode}\n${tail}`);
}

/** From a file, not from standard input: rabbitmqctl reads that and would swallow the rest of the script. */
const runAsFile = 'umask 077; f=/run/lab-recipe.sh; cat >$f; bash $f </dev/null; code=$?; rm -f $f; exit $code';

/** Values for the recipes, on standard input with the script: never in an argument list. */
function variables(options: { readonly host: HostName; readonly odd: readonly OddityName[] }): string {
  const { host, odd } = options;
  const secrets = labSecrets();
  const values: Record<string, string> = {
    LAB_ODD: odd.join(' '),
    LAB_OWN_ADDRESS: addressOf(host),
    LAB_OWN_AT: urlHost(addressOf(host)),
    // What a service binds that listens on every address.
    LAB_EVERY_ADDRESS: odd.includes('ipv6') ? '::' : '0.0.0.0',
    LAB_IDENTITY: apiUrl({ address: addressOf('lb1'), port: 5000 }),
    LAB_CACHES: (['ctl1', 'ctl2'] as const).map((name) => cacheAt(addressOf(name))).join(','),
    LAB_DATABASE: secrets.database,
    LAB_ADMIN: secrets.admin,
    LAB_HEAT: secrets.heat,
    LAB_HEAT_DOMAIN_ADMIN: secrets.heatDomainAdmin,
    LAB_ENCRYPTION_KEY: secrets.encryptionKey,
    LAB_EXTRA_SERVICES: secrets.extraServices,
    LAB_MONITOR: secrets.monitor,
    LAB_RABBIT: secrets.rabbit,
    LAB_RABBIT_ENCODED: encodeURIComponent(secrets.rabbit),
    ...Object.fromEntries(
      // The second as a URL has it: an IPv6 address stands in brackets.
      labHosts.flatMap(({ name }) => [
        [`LAB_${name.toUpperCase()}`, addressOf(name)],
        [`LAB_${name.toUpperCase()}_AT`, urlHost(addressOf(name))],
      ]),
    ),
    ...(odd.includes('tls') ? { LAB_CA: tlsAuthority() } : {}),
    ...(odd.includes('tls') && host === 'lb1' ? { LAB_CERTIFICATE: tlsOfBalancer() } : {}),
  };
  return exports(values);
}

/** As python-memcached takes it. */
function cacheAt(address: string): string {
  return `${address.includes(':') ? 'inet6:' : ''}${urlHost(address)}:11211`;
}

function serviceVariables(service: ExtraService): string {
  return exports({
    LAB_SERVICE: service.name,
    LAB_SERVICE_SCHEMA: service.schema ?? '',
    LAB_SERVICE_PREPARE: service.prepare,
    LAB_SERVICE_UNITS: service.units.join(' '),
    LAB_SERVICE_TYPE: service.api?.catalogType ?? '',
    LAB_SERVICE_PORT: String(service.api?.port ?? ''),
    LAB_SERVICE_HEALTH: service.api?.healthPath ?? '',
  });
}

function exports(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `export ${name}='${value}'`)
    .join('\n');
}
