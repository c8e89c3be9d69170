import { Connection, isGrpcServiceError } from '@temporalio/client';
import { ConnectionRefused } from './connection-refused';
import type { ConnectionSettings } from './settings';

/** For servers that neither answer nor refuse. A refused connection is known at once. */
const patienceSeconds = 5;

/** What gRPC says of a call that failed. */
interface GrpcError {
  readonly details: string;
}

/** gRPC's numbers. */
const grpc = { notFound: 5, permissionDenied: 7, unavailable: 14, unauthenticated: 16 } as const;

/**
 * Asks the server for its namespace once, without the retries of a real connection: those wait ten seconds for a server
 * that has refused in the first millisecond, and keep the reason to themselves.
 * @throws ConnectionRefused with one sentence
 */
export async function requireServer(settings: ConnectionSettings): Promise<void> {
  const { address, namespace, access } = settings;
  const probe = Connection.lazy({ address, ...access, interceptors: [] });
  try {
    await probe.withDeadline(Date.now() + patienceSeconds * 1000, () =>
      probe.workflowService.describeNamespace({ namespace }),
    );
  } catch (error) {
    throw refusalOf({ error, settings });
  } finally {
    await probe.close();
  }
}

function refusalOf(options: { error: unknown; settings: ConnectionSettings }): unknown {
  const { error, settings } = options;
  if (!isGrpcServiceError(error)) return error;
  const { address, namespace } = settings;
  switch (error.code as number) {
    case grpc.notFound:
      return new ConnectionRefused(
        'namespaceNotFound',
        `${address} has no namespace ${namespace}. Nothing changed. Choose another one with TEMPORAL_NAMESPACE or --namespace, ` +
          `or create it: temporal operator namespace create --namespace ${namespace}`,
        { cause: error },
      );
    case grpc.unauthenticated:
    case grpc.permissionDenied:
      return new ConnectionRefused(
        'notAuthorized',
        `${address} refused the login: ${said(error)}. Nothing changed. ` +
          'Check TEMPORAL_API_KEY and the certificate in TEMPORAL_TLS_CLIENT_CERT_PATH.',
        { cause: error },
      );
    default:
      return lostOf({ error, settings });
  }
}

function lostOf({ error, settings }: { error: GrpcError; settings: ConnectionSettings }): ConnectionRefused {
  const { address, access } = settings;
  const why = said(error);
  if (isTls(why) || (access.tls !== undefined && access.tls !== false && !/ECONNREFUSED|ENOTFOUND|deadline/i.test(why)))
    return new ConnectionRefused(
      'tlsFailed',
      `${address} answers, but TLS fails: ${why}. Nothing changed. Check TEMPORAL_TLS_SERVER_CA_CERT_PATH (the server's ` +
        'authority), TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH (client certificate and key).',
      { cause: error },
    );
  return new ConnectionRefused(
    'serverUnreachable',
    `No Temporal server answers at ${address}: ${why}. Nothing changed. ` +
      'Start one, or set its address with TEMPORAL_ADDRESS or --address.',
    { cause: error },
  );
}

function isTls(why: string): boolean {
  return /certificate|\bssl\b|\btls\b|altname/i.test(why);
}

/** What the connection itself said, in a few words: without gRPC's around it, and of OpenSSL's record only the reason. */
function said({ details }: GrpcError): string {
  const last = /Last error: (?:Error: )?(.+?)(?:\. Resolution note.*)?$/s.exec(details)?.[1] ?? details;
  const openssl = /SSL routines:[^:]*:([^:]+):/.exec(last)?.[1];
  return (openssl ?? last.split('\n')[0] ?? last).trim().replace(/\.$/, '');
}
