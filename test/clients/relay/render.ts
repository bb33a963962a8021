/** React without a page: renders a hook, and shows its values to a test. */
import { createElement, Suspense, useEffect } from 'react';
import { RelayEnvironmentProvider } from 'react-relay';
import { create } from 'react-test-renderer';
import type { Environment } from 'relay-runtime';
import { onTestFinished } from 'vitest';
import { Latest } from '../latest.ts';

/** Renders until the test has finished. */
export function render<Value>(environment: Environment, useValue: () => Value): Latest<Value> {
  const latest = new Latest<Value>();

  function Component() {
    const value = useValue();
    useEffect(() => latest.show(value));
    return null;
  }

  const children = createElement(Suspense, { fallback: null }, createElement(Component));
  const root = create(createElement(RelayEnvironmentProvider, { environment, children }));
  onTestFinished(() => root.unmount());
  return latest;
}
