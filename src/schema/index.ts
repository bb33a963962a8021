/** The GraphQL schema. The imported files register their types with the builder. */
import './scalars.ts';
import './node.ts';
import './assistant.ts';
import './thread.ts';
import './assistant-mutation.ts';
import './thread-mutation.ts';
import './run-mutation.ts';
import './subscription.ts';
import { specifiedDirectives } from 'graphql';
import { requireCosts } from '../fields/required-costs.ts';
import { withCountedErrors } from '../resolvers/field-errors.ts';
import { withTurns } from '../resolvers/field-turns.ts';
import { builder } from './builder.ts';
import { withScopes } from './scopes.ts';
import { semanticNonNull, withSemanticNonNull } from './semantic-non-null.ts';

const built = builder.toSchema({ directives: [...specifiedDirectives, semanticNonNull] });

/** @throws at import if a field does not declare its cost and its scope */
export const schema = withCountedErrors(withTurns(withScopes(withSemanticNonNull(requireCosts(built)))));
