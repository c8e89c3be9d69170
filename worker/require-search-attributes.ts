import { isGrpcServiceError } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { searchAttributeNames } from '../schema/search-attributes';

/** gRPC's number. */
const invalidArgument = 3;

/**
 * Every run sets its search attributes, and one that the namespace does not know would make its workflow task fail for
 * ever. A query that names them is asked, because any worker may do that; reading their list needs an operator's rights.
 * @throws Error one sentence with the command that registers them
 */
export async function requireSearchAttributes(options: {
  readonly connection: Pick<NativeConnection, 'workflowService' | 'withDeadline'>;
  readonly namespace: string;
}): Promise<void> {
  const { connection, namespace } = options;
  const query = searchAttributeNames.map((name) => `${name} = 'none'`).join(' AND ');
  try {
    await connection.withDeadline(Date.now() + 10_000, () =>
      connection.workflowService.countWorkflowExecutions({ namespace, query }),
    );
  } catch (error) {
    if (!isGrpcServiceError(error) || (error.code as number) !== invalidArgument) throw error;
    const flags = searchAttributeNames.map((name) => `--name ${name} --type Keyword`).join(' ');
    throw new Error(
      `Namespace ${namespace} does not have the search attributes ${searchAttributeNames.join(', ')}, so no run could start. ` +
        `Register them: temporal operator search-attribute create --namespace ${namespace} ${flags}`,
      { cause: error },
    );
  }
}
