/** Your own workflows stay as they are. */
export async function greet(name: string): Promise<string> {
  return Promise.resolve(`hello ${name}`);
}
