import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { type ChatServerOptions, createChatServer } from './chat/model.ts';
import type { Model, Models } from './model.ts';
import { createOfflineModel, FAILING_MODEL } from './offline/model.ts';

/** Which model of the server stands for the one that an assistant or a run names. */
export interface ModelNames {
  readonly pairs: readonly (readonly [name: string, target: string])[];
  /** For all other names. Without it they stand for themselves. */
  readonly forOthers?: string | undefined;
}

export interface ModelServerOptions extends ChatServerOptions {
  readonly names: ModelNames;
}

export interface ModelsDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Milliseconds between two words of the offline model. */
  readonly tokenMs: number;
}

const OFFLINE_MODELS = new Set(['offline', FAILING_MODEL]);

/** The models of a server and the offline model, which has names of its own; or the offline model alone, under any name. */
export function createModels(server: ModelServerOptions | undefined, deps: ModelsDeps): Models {
  const offline = createOfflineModel(deps);
  if (server === undefined) return onlyModel(offline);
  const { pairs, forOthers } = server.names;
  const targets = new Map(pairs);
  const chat = createChatServer(server, deps);
  return {
    of(name) {
      const target = targets.get(name) ?? forOthers ?? name;
      return OFFLINE_MODELS.has(target) ? offline : chat.model(target);
    },
    close: chat.close,
  };
}

/** One model under any name. */
export function onlyModel(model: Model): Models {
  return { of: () => model, close: () => Promise.resolve() };
}
