import type { IncomingMessage } from 'node:http';
import { type OperationName, operations } from '../rest/operations.ts';
import { ApiError } from './api-error.ts';
import { checkBody } from './check-body.ts';
import { type FileOperationName, fileOperations } from './file-operations.ts';
import type { Asked, HandlerDeps, HandlersOf, Reply } from './handler.ts';
import { createFileHandlers } from './handlers/files.ts';
import { createHandlers } from './handlers/handlers.ts';
import { readPageRequest } from './page-request.ts';
import { requestBodies } from './request-bodies.ts';
import {
  checkBeta,
  checkHost,
  LARGEST_UPLOAD_BYTES,
  readBytes,
  readJson,
  tenantOf,
} from './request-reader.ts';
import { createRouter } from './router.ts';
import { readUpload } from './uploads.ts';

/** Answers a request, or throws an ApiError. */
export type Dispatch = (request: IncomingMessage) => Promise<Reply>;

const BASE_PATH = '/v1';

/** Finds the operation that a request is for, checks what it brings, and calls the handler. */
export function createDispatch(deps: HandlerDeps): Dispatch {
  const handlers = createHandlers(deps);
  const fileHandlers = createFileHandlers(deps);
  const router = createRouter<OperationName | FileOperationName>({ ...operations, ...fileOperations });

  return async (request) => {
    checkHost(request);
    const tenant = tenantOf(request);
    const [, path = '', search = ''] = /^([^?]*)(.*)$/.exec(request.url ?? '') ?? [];
    const query = new URLSearchParams(search);
    const { name, ids } = findRoute(router, request.method ?? '', path);
    if (isFileOperation(name)) {
      return fileHandlers[name]({
        tenant,
        ids,
        page: () => readPageRequest(name, query),
        upload: async () =>
          readUpload(await readBytes(request, LARGEST_UPLOAD_BYTES), request.headers['content-type'] ?? ''),
      });
    }
    checkBeta(request);
    const page = operations[name].kind === 'list' ? readPageRequest(name, query) : undefined;
    const body = hasBody(name) ? checkBody(requestBodies[name], await readJson(request)) : undefined;
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
    : 'unknown';
  if (found === 'unknown') throw new ApiError(404, `There is nothing at ${method} ${path.slice(0, 200)}.`);
  if (found === 'method') throw new ApiError(405, `${path.slice(0, 200)} does not take ${method}.`);
  return found;
}

/** The boundary at which a request that was checked against an operation's table entry takes on that operation's type. */
function call<Name extends OperationName>(
  handlers: HandlersOf<OperationName>,
  name: Name,
  asked: object,
): Reply {
  return handlers[name](asked as Asked<Name>);
}

function isFileOperation(name: string): name is FileOperationName {
  return name in fileOperations;
}

function hasBody(name: OperationName): name is keyof typeof requestBodies & OperationName {
  return name in requestBodies;
}
