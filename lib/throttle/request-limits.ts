import type { Settings } from '#lib/settings/catalogue.ts';
import { addressLimits } from './address-limits.ts';
import { type Limit, throttle } from './throttle.ts';

type Given = Pick<Settings, 'REQUEST_RATE_ADDRESS' | 'REQUEST_RATE_USER'>;
type From = { readonly address: string };
type Check<Caller, Params, Judged> = (caller: Caller, params: Params, from: From) => Promise<Judged>;

/**
 * The limits of one route. They are counted beside its first read if it has one, so that they cost no round trip of their
 * own. Each throws `throttled`. A request that is refused before that read is not counted.
 */
export function requestLimits(routeName: string, settings: Given, needs: Parameters<typeof throttle>[0]) {
  const { spend } = throttle(needs);
  const ofAddress = ({ address }: From) => addressLimits(`${routeName}-address`, settings.REQUEST_RATE_ADDRESS, address);
  const ofUser = (id: string): Limit => ({ name: `${routeName}-user`, rate: settings.REQUEST_RATE_USER, subject: id });
  const count = async (caller: { readonly sub: string }, from: From) => await spend(ofUser(caller.sub), ...ofAddress(from));
  return {
    /** Counts the caller and the address of a route that reads nothing first. */
    count,
    /** The read of one request. It counts the address once, however often it is repeated. */
    read<Asked extends readonly unknown[], Found>(read: (...asked: Asked) => Promise<Found>, from: From) {
      let counted: Promise<unknown> | undefined;
      return async (...asked: Asked): Promise<Found> => {
        counted ??= spend(...ofAddress(from));
        return await beside(counted, read(...asked));
      };
    },
    /** The judge of a locked route. It counts the caller and the address. */
    judge<Caller extends { readonly sub: string }, Params, Judged>(judge: Check<Caller, Params, Judged>): Check<Caller, Params, Judged> {
      return async (caller, params, from) => await beside(count(caller, from), judge(caller, params, from));
    },
  };
}

/** The result of the work, which runs beside the count. Throws what the count throws, whatever the work does. */
async function beside<T>(count: Promise<unknown>, work: Promise<T>): Promise<T> {
  const [counted, worked] = await Promise.allSettled([count, work]);
  if (counted.status === 'rejected') throw counted.reason;
  if (worked.status === 'rejected') throw worked.reason;
  return worked.value;
}
