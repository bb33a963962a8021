/** The messages and the run of a thread, as a chat would show them. */
import {
  ConnectionHandler,
  graphql,
  useFragment,
  useLazyLoadQuery,
  usePaginationFragment,
} from 'react-relay';
import type { chat_run$key } from './__generated__/chat_run.graphql.ts';
import type { chat_thread$key } from './__generated__/chat_thread.graphql.ts';
import type { chatPageQuery } from './__generated__/chatPageQuery.graphql.ts';
import type { chatQuery } from './__generated__/chatQuery.graphql.ts';
import type { chatRunQuery } from './__generated__/chatRunQuery.graphql.ts';

export function useChat(threadId: string) {
  const { thread } = useLazyLoadQuery<chatQuery>(
    graphql`
      query chatQuery($threadId: ID!) {
        thread(id: $threadId) {
          ...chat_thread
        }
      }
    `,
    { threadId },
  );
  const { data, ...list } = usePaginationFragment<chatPageQuery, chat_thread$key>(
    graphql`
      fragment chat_thread on Thread
      @refetchable(queryName: "chatPageQuery")
      @argumentDefinitions(
        first: { type: "Int" }
        after: { type: "String" }
        last: { type: "Int", defaultValue: 2 }
        before: { type: "String" }
      ) {
        messages(first: $first, after: $after, last: $last, before: $before, order: ASC)
          @connection(key: "chat_messages") {
          edges {
            node {
              text
            }
          }
        }
      }
    `,
    thread,
  );
  return { ...list, texts: data?.messages?.edges.map(({ node }) => node?.text) };
}

export const connectionOf = (threadId: string) =>
  ConnectionHandler.getConnectionID(threadId, 'chat_messages', { order: 'ASC' });

export const createMessage = graphql`
  mutation chatCreateMessageMutation($input: CreateMessageInput!, $connections: [ID!]!)
  @raw_response_type {
    createMessage(input: $input) {
      messageEdge @appendEdge(connections: $connections) {
        cursor
        node {
          id
          text
        }
      }
    }
  }
`;

/** Undefined until the run is loaded. */
export function useRun(runId: string) {
  const { node } = useLazyLoadQuery<chatRunQuery>(
    graphql`
      query chatRunQuery($runId: ID!) {
        node(id: $runId) {
          ...chat_run @alias(as: "run")
        }
      }
    `,
    { runId },
  );
  return useFragment<chat_run$key>(
    graphql`
      fragment chat_run on Run {
        status
      }
    `,
    node?.run,
  );
}

export const runStatus = graphql`
  subscription chatRunStatusSubscription($runId: ID!) {
    runStatus(id: $runId) {
      status
    }
  }
`;
