/** A token and where its project's stacks are. */
export interface Session {
  readonly token: string;
  readonly stacks: string;
}

/** What an API answered, or why it did not. */
export type Answer = { readonly status: number; readonly text: string } | { readonly failed: string };

/** One request by its own connection, as HAProxy sees most users; 20 s are more than anybody waits. */
export async function send(options: {
  readonly session: Session;
  readonly method: string;
  readonly url: string;
  readonly body?: object;
}): Promise<Answer> {
  const { session, method, url, body } = options;
  try {
    const answer = await fetch(url, {
      method,
      headers: { 'X-Auth-Token': session.token, 'Content-Type': 'application/json', Connection: 'close' },
      signal: AbortSignal.timeout(20_000),
      redirect: 'follow',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, text: await answer.text() };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
    return { failed: `${error instanceof Error ? error.message : String(error)}${cause}` };
  }
}
