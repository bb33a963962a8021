import type { InputFieldBuilder } from '@pothos/core';
import { builder } from '../builder.ts';

const OnActiveRun = builder.enumType('OnActiveRun', {
  description: 'What to do if the thread has an active run, which locks the thread.',
  values: {
    FAIL: { value: 'fail', description: 'Fail with `ACTIVE_RUN`, which has the ID of the run.' },
    WAIT: {
      value: 'wait',
      description:
        'Wait until the run ends, then proceed. Fails with `ACTIVE_RUN` if the run requires action, or is still active ' +
        'after 60 seconds.',
    },
    CANCEL: {
      value: 'cancel',
      description:
        'Cancel the run, wait until it ends, then proceed. Fails with `ACTIVE_RUN` if it is still active after 60 seconds.',
    },
  },
});

type Types = typeof builder.$inferSchemaTypes;

export function onActiveRunField(t: InputFieldBuilder<Types, 'InputObject'>) {
  return t.field({
    type: OnActiveRun,
    defaultValue: 'fail',
    description: 'What to do if the thread has an active run. FAIL by default.',
  });
}
