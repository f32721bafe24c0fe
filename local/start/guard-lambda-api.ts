import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refuseOtherMachines } from '#lib/http/this-machine.ts';

type Started = { readonly request: IncomingMessage; readonly server: Server };

/**
 * Keeps web pages away from the Lambda API of serverless-offline on this port. It allows every origin and believes every event, so that a page
 * open in a browser here could act as any user. A request of a page, or one for another host (DNS rebinding), becomes one for nothing.
 */
export function guardLambdaApi(port: number): void {
  subscribe('http.server.request.start', (message) => {
    const { request, server } = message as Started;
    if ((server.address() as AddressInfo | null)?.port !== port) return;
    try {
      refuseOtherMachines((name) => [request.headers[name]].flat()[0]);
    } catch {
      request.url = '/refused';
      request.method = 'GET';
    }
  });
}
