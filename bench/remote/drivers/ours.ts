/** The product's own way: `node ours.js ssh2|openssh ASSIGNMENT_FILE`. */
import {
  createJobs,
  createOpensshTransport,
  createSsh2Transport,
  type Jobs,
  type RunRequest,
  type Transport,
} from '../../../remote';
import type { Assignment, BenchHost } from '../assignment';
import { drive, readAssignment, type Turn } from './drive';

const WARM_UP = -1;
const never = new AbortController().signal;

async function main(): Promise<void> {
  const [client = '', file = ''] = process.argv.slice(2);
  const assignment = readAssignment(file);
  const transport = createTransport({ client, hosts: assignment.hosts });
  try {
    await drive({ assignment, turn: turnOf({ transport, assignment }), warmUpTurn: WARM_UP });
  } finally {
    await transport.close();
  }
}

function createTransport(options: { readonly client: string; readonly hosts: readonly BenchHost[] }): Transport {
  switch (options.client) {
    case 'ssh2':
      return createSsh2Transport(options);
    case 'openssh':
      return createOpensshTransport(options);
    default:
      throw new Error(`There is no transport ${options.client}.`);
  }
}

function turnOf(options: { readonly transport: Transport; readonly assignment: Assignment }): Turn {
  const { transport, assignment } = options;
  const { work, command, hosts } = assignment;
  const jobs = new Map(hosts.map(({ name, jobsDirectory }) => [name, createJobs({ transport, base: jobsDirectory })]));
  const job = (request: JobTurn): Promise<number> => runJob({ jobs: jobs.get(request.host), request });
  switch (work.kind) {
    case 'commands':
      return ({ host }) => run({ transport, host, command });
    case 'jobs':
      return ({ host, index }) => job({ host, stepId: `step${index}`, script: command });
    case 'attaches':
      return ({ host, index }) => job({ host, stepId: 'once', script: command, attachOnly: index !== WARM_UP });
    case 'output':
      return ({ host, index }) => run({ transport, host, command: index === WARM_UP ? command : zeros(work.bytes) });
    case 'jobOutput':
      return ({ host, index }) =>
        job({ host, stepId: `step${index}`, script: index === WARM_UP ? command : zeros(work.bytes) });
    default:
      return work satisfies never;
  }
}

function zeros(bytes: number): string {
  return `head -c ${bytes} /dev/zero`;
}

async function run(options: {
  readonly transport: Transport;
  readonly host: string;
  readonly command: string;
}): Promise<number> {
  let bytes = 0;
  const { exitCode, stderr } = await options.transport.exec({
    host: options.host,
    command: options.command,
    deadlineSeconds: 600,
    onStdout: (chunk) => void (bytes += chunk.length),
  });
  if (exitCode !== 0) throw new Error(`Exit code ${exitCode} on ${options.host}: ${stderr}`);
  return bytes;
}

type JobTurn = Pick<RunRequest, 'host' | 'stepId' | 'script'> & { readonly attachOnly?: boolean };

async function runJob(options: { readonly jobs: Jobs | undefined; readonly request: JobTurn }): Promise<number> {
  let bytes = 0;
  const result = await options.jobs?.run({
    ...options.request,
    runId: 'bench',
    generation: '0',
    timeoutSeconds: 600,
    signal: never,
    onOutput: (part) => void (bytes += part.bytes.length),
  });
  if (result?.kind !== 'exited' || result.exitCode !== 0) throw new Error(`Not done: ${JSON.stringify(result)}`);
  return bytes;
}

void main();
