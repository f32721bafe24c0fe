import type { Resources } from './framework.ts';

/** Has the alarms of a stage written to an address, which has to confirm it once (SNS sends the question). */
export function writeAlarmsTo(resources: Resources, email: string | undefined): void {
  const topic = resources['AlarmTopic'];
  if (topic && email) topic.Properties['Subscription'] = [{ Protocol: 'email', Endpoint: email }];
}
