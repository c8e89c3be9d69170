/** No 0/o, 1/l/i: codes are read aloud at night. */
const alphabet = '23456789abcdefghjkmnpqrstuvwxyz';
const letters = alphabet.slice(8);

/**
 * Six characters out of a uuid, the first a letter: `k7f3a9`. The uuid must be Temporal's own `uuid4()`: its seed
 * changes with a reset, so that an old approval does not fit a gate that opens again (a workflow's run id would).
 */
export function gateCode(uuid: string): string {
  const hex = uuid.replaceAll('-', '');
  return Array.from({ length: 6 }, (_, index) => {
    const from = index === 0 ? letters : alphabet;
    return from.charAt(Number.parseInt(hex.slice(index * 4, index * 4 + 4), 16) % from.length);
  }).join('');
}
