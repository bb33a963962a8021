/** A GraphiQL tab. Its title is the name of the operation. */
export interface Tab {
  /** Starts with a comment, to which tour.ts adds the number of the tab. */
  readonly query: string;
  readonly variables: string;
}
