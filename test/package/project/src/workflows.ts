/** Somebody's own workflow, which knows nothing of OpenStack. */
export async function greet(name: string): Promise<string> {
  return Promise.resolve(`hello ${name}`);
}
