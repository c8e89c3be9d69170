import { apiUrl } from '../cloud/addresses';
import { login } from '../cloud/cloud-answers';
import { LabError } from '../machine/lab-error';
import { watchAbandoned } from './abandoned';
import { startRequests, type RequestCount } from './request-stream';
import { startChurn, type OperationCount, type People } from './stack-churn';
import type { Session } from './session';

/** What users of the cloud got while something was done to it. */
export interface LoadReport {
  readonly requests: Readonly<Record<string, RequestCount>>;
  readonly operations: OperationCount;
}

export interface Load {
  /** So far, without stopping. */
  readonly seen: () => LoadReport;
  /** Those who work on stacks; the reads go on meanwhile. */
  readonly people: People;
  /** No new work; what is in progress ends, however it ends. */
  readonly stop: () => Promise<LoadReport>;
  /** Everybody walks away at once; what is in progress is left to the engines. For whoever has seen enough. */
  readonly leave: () => Promise<LoadReport>;
}

/**
 * Users: reads at a fixed rate on every API, and people who create, update and delete stacks without a pause. Reads are
 * sent by the clock, whether or not earlier ones were answered, so that an API that hangs is seen as many failures and
 * not as few requests.
 */
export async function startLoad(options: {
  /** Where users come in: the load balancer. */
  readonly address: string;
  readonly requestsPerSecond: number;
  /** How long the resources of each person's stacks take; one entry a person. */
  readonly resourceSeconds: readonly number[];
}): Promise<Load> {
  const { address, requestsPerSecond, resourceSeconds } = options;
  const session = await sessionAt(address);
  const reads = {
    'heat-api': startRequests({ ...options, url: `${session.stacks}?limit=2`, session, perSecond: requestsPerSecond }),
    'heat-api-cfn': startRequests({
      ...options,
      url: `${apiUrl({ address, port: 8000 })}/healthcheck`,
      session,
      perSecond: requestsPerSecond,
    }),
  };
  const abandoned = watchAbandoned();
  const churn = startChurn({ session, resourceSeconds, abandoned: abandoned.has });
  const seen = (): LoadReport => ({
    requests: { 'heat-api': reads['heat-api'].seen(), 'heat-api-cfn': reads['heat-api-cfn'].seen() },
    operations: churn.seen(),
  });
  const end = async (people: Promise<void>): Promise<LoadReport> => {
    await people;
    await abandoned.stop();
    await Promise.all(Object.values(reads).map(({ stop }) => stop()));
    return seen();
  };
  return { seen, people: churn, stop: () => end(churn.stop()), leave: () => end(churn.leave()) };
}

/** A token for the whole load: asking Keystone for more would measure Keystone. */
async function sessionAt(address: string): Promise<Session> {
  const found = await login({ address });
  if (found === null)
    throw new LabError(
      'Keystone does not answer through the load balancer, so no load can be generated. Check npm run lab -- status.',
    );
  return { token: found.token, stacks: `${apiUrl({ address, port: 8004 })}/v1/${found.projectId}/stacks` };
}
