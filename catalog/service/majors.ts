/** Major versions of a service, both included. Absent: open at this end. */
export interface Majors {
  readonly from?: number;
  readonly to?: number;
}

/** Absent majors cover every version. */
export function covers({ majors, major }: { readonly majors: Majors | undefined; readonly major: number }): boolean {
  const { from = -Infinity, to = Infinity } = majors ?? {};
  return major >= from && major <= to;
}
