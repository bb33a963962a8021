/** A list of assistants, as a component would show it. */
import { graphql, useLazyLoadQuery, usePaginationFragment } from 'react-relay';
import type { assistants_list$key } from './__generated__/assistants_list.graphql.ts';
import type { assistantsPageQuery } from './__generated__/assistantsPageQuery.graphql.ts';
import type { assistantsQuery, assistantsQuery$variables } from './__generated__/assistantsQuery.graphql.ts';

export function useAssistants(variables: assistantsQuery$variables) {
  const query = useLazyLoadQuery<assistantsQuery>(
    graphql`
      query assistantsQuery($first: Int!, $after: String, $order: SortOrder!) {
        ...assistants_list @arguments(first: $first, after: $after, order: $order)
      }
    `,
    variables,
  );
  const { data, ...list } = usePaginationFragment<assistantsPageQuery, assistants_list$key>(
    graphql`
      fragment assistants_list on Query
      @refetchable(queryName: "assistantsPageQuery")
      @argumentDefinitions(
        first: { type: "Int" }
        after: { type: "String" }
        last: { type: "Int" }
        before: { type: "String" }
        order: { type: "SortOrder!" }
      ) {
        assistants(first: $first, after: $after, last: $last, before: $before, order: $order)
          @connection(key: "assistants_assistants") {
          edges {
            node {
              id
              name
            }
          }
        }
      }
    `,
    query,
  );
  // Null for an assistant that was deleted.
  return { ...list, names: data.assistants?.edges.map(({ node }) => node?.name ?? null) };
}

export const deleteAssistant = graphql`
  mutation assistantsDeleteMutation($id: ID!) {
    deleteAssistant(input: { id: $id }) {
      deletedId @deleteRecord
    }
  }
`;

export const lookUps = graphql`
  query assistantsLookUpsQuery($id: ID!, $gone: ID!) {
    assistant(id: $id) {
      name
    }
    missing: assistant(id: $gone) {
      name
    }
    caught: assistant(id: $gone) @catch {
      name
    }
  }
`;

/** Fields with @semanticNonNull are not null in its types. */
export const throwing = graphql`
  query assistantsThrowingQuery($id: ID!) @throwOnFieldError {
    assistant(id: $id) {
      files(first: 1, order: ASC) {
        edges {
          node {
            restId
          }
        }
      }
    }
  }
`;
