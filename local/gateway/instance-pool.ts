import type { Instance } from './instance.ts';

export type InstancePool = { take(): Promise<Instance>; give(instance: Instance): void };

/**
 * The instances of one function. A request takes an idle one or starts one. If `limit` of them are busy, it waits. Each
 * taken instance must be given back. The last used one is taken first, because Lambda prefers warm instances.
 */
export function instancePool(limit: number, start: () => Promise<Instance>): InstancePool {
  const idle: Instance[] = [];
  const waiting: ((instance: Instance | undefined) => void)[] = [];
  let busy = 0;

  async function take(): Promise<Instance> {
    let instance = idle.pop();
    while (instance && !instance.isAlive) instance = idle.pop();
    if (instance || busy < limit) busy += 1;
    else instance = await new Promise<Instance | undefined>((resolve) => waiting.push(resolve));
    if (instance?.isAlive) return instance;
    try {
      return await start();
    } catch (error) {
      hand(undefined);
      throw error;
    }
  }

  function hand(instance: Instance | undefined): void {
    const next = waiting.shift();
    if (next) next(instance);
    else {
      busy -= 1;
      if (instance) idle.push(instance);
    }
  }

  return { take, give: (instance) => hand(instance.isAlive ? instance : undefined) };
}
