/** The GraphQL schema. The imported files register their types with the builder. */
import './scalars.ts';
import './node.ts';
import './assistant.ts';
import './thread.ts';
import './assistant-mutation.ts';
import './thread-mutation.ts';
import './run-mutation.ts';
import './subscription.ts';
import { requireCosts } from '../fields/required-costs.ts';
import { withCountedErrors } from '../resolvers/field-errors.ts';
import { withTurns } from '../resolvers/field-turns.ts';
import { builder } from './builder.ts';

/** @throws at import if a field does not declare its cost */
export const schema = withCountedErrors(withTurns(requireCosts(builder.toSchema())));
