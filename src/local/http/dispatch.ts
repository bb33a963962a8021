import type { IncomingMessage } from 'node:http';
import { type OperationName, operations } from '../../rest/operations.ts';
import type { FileHandlers } from '../handlers/files.ts';
import type { HandlerRequest, HandlersOf } from '../handlers/handler.ts';
import type { HandlerResponse } from '../handlers/responses.ts';
import type { Pace } from '../pace.ts';
import { ApiError } from './api-error.ts';
import { checkBody } from './check-body.ts';
import { type FileOperationName, fileOperations } from './file-operations.ts';
import { readPageParams } from './page-params.ts';
import { readUpload } from './read-upload.ts';
import { requestBodies } from './request-bodies.ts';
import { checkBeta, readJson } from './request-reader.ts';
import { createRouter } from './router.ts';

/** Handles a request of a tenant. Throws an ApiError, or anything else for a 500. */
export type Dispatch = (request: IncomingMessage, tenant: string) => Promise<HandlerResponse>;

export interface DispatchDeps {
  readonly handlers: HandlersOf<OperationName>;
  readonly fileHandlers: FileHandlers;
  readonly pace: Pace;
}

const BASE_PATH = '/v1';

/** Finds a request's operation, validates the request and calls the operation's handler. */
export function createDispatch({ handlers, fileHandlers, pace }: DispatchDeps): Dispatch {
  const router = createRouter<OperationName | FileOperationName>({ ...operations, ...fileOperations });

  return async (request, tenant) => {
    const [, path = '', search = ''] = /^([^?]*)(.*)$/.exec(request.url ?? '') ?? [];
    const query = new URLSearchParams(search);
    const { name, ids } = findRoute(router, request.method ?? '', path);
    if (isFileOperation(name)) {
      return fileHandlers[name]({
        tenant,
        ids,
        page: () => readPageParams(name, query),
        upload: (store) => readUpload(request, store),
      });
    }
    checkBeta(request);
    const page = operations[name].kind === 'list' ? readPageParams(name, query) : undefined;
    const body = hasBody(name) ? checkBody(requestBodies[name], await readJson(request)) : undefined;
    if (request.method !== 'GET') await pace.turn();
    return call(handlers, name, { tenant, ids, page, body });
  };
}

function findRoute<Name extends string>(
  router: ReturnType<typeof createRouter<Name>>,
  method: string,
  path: string,
) {
  const found = path.startsWith(`${BASE_PATH}/`)
    ? router.find(method, path.slice(BASE_PATH.length))
    : 'unknown path';
  if (found === 'unknown path')
    throw new ApiError(404, `Unknown operation: ${method} ${path.slice(0, 200)}.`);
  if (found === 'wrong method') throw new ApiError(405, `${path.slice(0, 200)} does not support ${method}.`);
  return found;
}

/** The request was validated against the operation's table entry, so it has the operation's type. */
function call<Name extends OperationName>(
  handlers: HandlersOf<OperationName>,
  name: Name,
  request: object,
): HandlerResponse {
  return handlers[name](request as HandlerRequest<Name>);
}

function isFileOperation(name: string): name is FileOperationName {
  return name in fileOperations;
}

function hasBody(name: OperationName): name is keyof typeof requestBodies & OperationName {
  return name in requestBodies;
}
