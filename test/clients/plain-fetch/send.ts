/** The graph without a client library: all that a frontend needs for it is `fetch`. */
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type GraphQLFormattedError, print } from 'graphql';

export interface Result<Data> {
  readonly status: number;
  readonly data?: Data | null;
  readonly errors?: readonly GraphQLFormattedError[];
}

export async function send<Data, Variables>(
  url: string,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Result<Data>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const result: Omit<Result<Data>, 'status'> = await response.json();
  return { ...result, status: response.status };
}

/** @throws if there are errors */
export async function data<Data, Variables>(
  url: string,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const { data, errors = [] } = await send(url, document, variables);
  if (!data || errors.length > 0) throw new Error(JSON.stringify(errors));
  return data;
}
