/** Milliseconds of processor time since `start`, in this process: it does not count while other processes run. */
export function cpuMsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
