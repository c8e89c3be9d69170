/** An address as a URL writes it: IPv6 stands in brackets, in the one spelling that all compare by. A name stays as it is. */
export function urlHost(address: string): string {
  return address.includes(':') ? canonical(address) : address;
}

/** `FD00:10:0::11` and `fd00:10::11` are one address: people write the first, HAProxy prints the second. */
export function sameAddress(one: string, other: string): boolean {
  return urlHost(one) === urlHost(other);
}

/** 127.0.0.0/8 and ::1: whose host it is depends on who asks. */
export function isLoopback(address: string): boolean {
  return /^127\.|^localhost$|^\[::1\]$/.test(urlHost(address));
}

function canonical(address: string): string {
  const bracketed = `[${address.replace(/^\[(.*)\]$/, '$1')}]`;
  // With a zone (`fe80::1%eth0`) it is no address of a URL; curl takes it all the same.
  return URL.canParse(`http://${bracketed}`) ? new URL(`http://${bracketed}`).hostname : bracketed;
}
