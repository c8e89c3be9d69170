/** The workflow types that the client starts and lists. */
export const workflowTypes = {
  full: 'openstackFullUpgrade',
  partial: 'openstackPartialUpgrade',
  preflight: 'openstackPreflight',
  finish: 'openstackFinish',
  rollback: 'openstackRollback',
} as const;

export type RunKind = keyof typeof workflowTypes;

export function kindOf(type: string): RunKind | null {
  const found = (Object.keys(workflowTypes) as RunKind[]).find((kind) => workflowTypes[kind] === type);
  return found ?? null;
}
