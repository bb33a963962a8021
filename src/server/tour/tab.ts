/** A GraphiQL tab. Its title is the name of the operation. */
export interface Tab {
  readonly query: string;
  readonly variables: string;
}
