import type { Resources } from './framework.ts';

/** Subscribes an address to the alarms of a stage. SNS sends it a question, which must be confirmed once. */
export function writeAlarmsTo(resources: Resources, email: string | undefined): void {
  const topic = resources['AlarmTopic'];
  if (topic && email) topic.Properties['Subscription'] = [{ Protocol: 'email', Endpoint: email }];
}
