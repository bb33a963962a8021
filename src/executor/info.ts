import type { GraphQLOutputType, GraphQLResolveInfo } from 'graphql';
import type { ExecutionSource } from './executor.ts';
import type { Place } from './place.ts';
import type { FieldPlan } from './plan.ts';

/**
 * What a resolver knows of its field. Most resolvers do not ask, so members are found when they are asked for. They are getters of the
 * class: `{ ...info }` has none of them.
 */
export class Info implements GraphQLResolveInfo {
  readonly #execution: ExecutionSource;
  readonly #plan: FieldPlan;
  readonly #place: Place | undefined;

  constructor(execution: ExecutionSource, plan: FieldPlan, place: Place | undefined) {
    this.#execution = execution;
    this.#plan = plan;
    this.#place = place;
  }

  get fieldName(): string {
    return this.#plan.field.name;
  }

  get fieldNodes() {
    return this.#plan.nodes;
  }

  get returnType(): GraphQLOutputType {
    return this.#plan.field.type;
  }

  get parentType() {
    return this.#plan.parentType;
  }

  get path() {
    return { prev: this.#place, key: this.#plan.key, typename: this.#plan.parentType.name };
  }

  get schema() {
    return this.#execution.schema;
  }

  get fragments() {
    return this.#execution.fragments;
  }

  get rootValue(): unknown {
    return this.#execution.rootValue;
  }

  get operation() {
    return this.#execution.operation;
  }

  get variableValues() {
    return this.#execution.variableValues;
  }
}
