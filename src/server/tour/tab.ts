/** What a tab of GraphiQL holds. The name of its operation is its title. */
export interface Tab {
  readonly query: string;
  readonly variables: string;
}
