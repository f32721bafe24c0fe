/** Milliseconds of processor time since `start`, in this process: unlike the clock on the wall, it does not run while others compute. */
export function cpuMsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
