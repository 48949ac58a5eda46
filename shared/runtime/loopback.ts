/** Whether a host is this machine. In: a host name or address, without brackets; out: true for the loopback ones. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}
