/** What a principal may do. Each field of the graph declares which of these it needs: see fields/cost.ts. */
export const scopes = [
  'assistants:read',
  'assistants:write',
  'threads:read',
  'threads:write',
  'files:read',
  'files:write',
] as const;

export type Scope = (typeof scopes)[number];

export const allScopes: ReadonlySet<Scope> = new Set(scopes);

export function isScope(value: unknown): value is Scope {
  return scopes.some((scope) => scope === value);
}
