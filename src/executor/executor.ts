/**
 * Executes operations as the GraphQL specification says. The schema must do with less than graphql-js offers: resolvers return
 * native promises, lists are arrays, and `resolveType` returns a name. In exchange, an operation is read once for all of its
 * executions, and a value that is there makes no promise. docs/decisions/0018-executor.md compares the two.
 */
import { defaultFieldResolver, type ExecutionResult, type GraphQLError, locatedError } from 'graphql';
import type { OperationSource } from '../fields/operation-source.ts';
import { Info } from './info.ts';
import { type Container, Place, pathTo } from './place.ts';
import { type Arguments, type FieldPlan, rootPlan, type SelectionPlan } from './plan.ts';
import type { Shape } from './shape.ts';
import { emptyObject, ignore, notList, notNullable, serialized, typeOf } from './values.ts';

/** What an operation is executed with. */
export interface ExecutionSource extends OperationSource {
  readonly context: unknown;
  /** What the fields at the root are resolved from: the event of a subscription. */
  readonly rootValue?: unknown;
}

/** Executes an operation, or one event of a subscription. Errors of fields are in the result; nothing is thrown for them. */
export function executeOperation(options: ExecutionSource): ExecutionResult | Promise<ExecutionResult> {
  return new Execution(options).run();
}

class Execution {
  readonly #options: ExecutionSource;
  readonly #plan: SelectionPlan;
  readonly #errors: GraphQLError[] = [];
  readonly #arguments = new Map<FieldPlan, Arguments>();
  #data: Container | null;
  /** How many fields at the root have begun. */
  #begun = 0;
  /** How many values at the root are waited for. */
  #waiting = 0;
  /** Whether any place has become null. Until then, nothing is lost. */
  #hasNulls = false;
  #hasEnded = false;
  #onEnd: ((result: ExecutionResult) => void) | undefined;

  constructor(options: ExecutionSource) {
    this.#options = options;
    this.#plan = rootPlan(options);
    this.#data = emptyObject(this.#plan);
  }

  run(): ExecutionResult | Promise<ExecutionResult> {
    this.#proceed();
    if (this.#hasEnded) return this.#result();
    return new Promise((resolve) => {
      this.#onEnd = resolve;
    });
  }

  /** Begins fields at the root: those of a mutation one after the other. */
  #proceed(): void {
    const { fields } = this.#plan;
    const isSerial = this.#options.operation.operation === 'mutation';
    // Until all of these fields have begun, their values do not end the execution.
    this.#waiting++;
    while (this.#begun < fields.length && this.#data !== null && (!isSerial || this.#waiting === 1)) {
      const plan = fields[this.#begun++];
      if (plan !== undefined) this.#field(plan, this.#options.rootValue, this.#data, undefined);
    }
    this.#waiting--;
    if (this.#waiting === 0) this.#end();
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#onEnd?.(this.#result());
  }

  #result(): ExecutionResult {
    return this.#errors.length > 0 ? { errors: this.#errors, data: this.#data } : { data: this.#data };
  }

  #object(plan: SelectionPlan, source: unknown, target: Container, place: Place): void {
    for (const field of plan.fields) {
      this.#field(field, source, target, place);
      if (this.#hasNulls && this.#isLost(place)) return;
    }
  }

  #field(plan: FieldPlan, source: unknown, target: Container, place: Place | undefined): void {
    const { key, field, shape } = plan;
    try {
      const resolve = field.resolve ?? defaultFieldResolver;
      const info = new Info(this.#options, plan, place);
      const value = resolve(source, this.#argumentsOf(plan), this.#options.context, info);
      this.#value(value, plan, shape, target, key, place);
    } catch (error) {
      this.#fail(error, plan, shape, target, key, place);
    }
  }

  #argumentsOf(plan: FieldPlan): Arguments {
    const known = this.#arguments.get(plan);
    if (known !== undefined) return known;
    const values = plan.argumentsFor(this.#options);
    this.#arguments.set(plan, values);
    return values;
  }

  /** Puts what a resolver returned into the response, at once if it is there. @throws what the field fails with */
  #value(
    value: unknown,
    plan: FieldPlan,
    shape: Shape,
    target: Container,
    key: string | number,
    place: Place | undefined,
  ): void {
    if (!(value instanceof Promise)) {
      this.#complete(value, plan, shape, target, key, place);
      return;
    }
    // Keeps the order of the fields.
    target[key] = null;
    this.#wait(place);
    value.then(
      (ready) => {
        try {
          if (this.#isLost(place)) ignore(ready);
          else this.#complete(ready, plan, shape, target, key, place);
        } catch (error) {
          this.#fail(error, plan, shape, target, key, place);
        }
        this.#arrived(place);
      },
      (error) => {
        this.#fail(error, plan, shape, target, key, place);
        this.#arrived(place);
      },
    );
  }

  #complete(
    value: unknown,
    plan: FieldPlan,
    shape: Shape,
    target: Container,
    key: string | number,
    place: Place | undefined,
  ): void {
    if (value instanceof Error) throw value;
    if (value === null || value === undefined) {
      if (!shape.nullable) throw notNullable(plan);
      target[key] = null;
    } else if (shape.kind === 'leaf') {
      target[key] = serialized(shape.type, value);
    } else {
      this.#completeParts(value, plan, shape, target, key, place);
    }
  }

  #completeParts(
    value: unknown,
    plan: FieldPlan,
    shape: Shape,
    target: Container,
    key: string | number,
    place: Place | undefined,
  ): void {
    const inner = new Place(place, key, plan.parentType.name, shape.nullable, target);
    if (shape.kind === 'list') {
      if (!Array.isArray(value)) throw notList(plan);
      const items: Container = Object(new Array(value.length));
      target[key] = items;
      this.#items(value, plan, shape.item, items, inner);
    } else if (shape.kind !== 'leaf') {
      const type =
        shape.kind === 'object'
          ? shape.type
          : typeOf(value, shape.type, this.#options, new Info(this.#options, plan, place));
      const below = plan.below(this.#options, type);
      const object = emptyObject(below);
      target[key] = object;
      this.#object(below, value, object, inner);
    }
  }

  #items(values: readonly unknown[], plan: FieldPlan, shape: Shape, items: Container, place: Place): void {
    for (let index = 0; index < values.length; index++) {
      try {
        this.#value(values[index], plan, shape, items, index, place);
      } catch (error) {
        this.#fail(error, plan, shape, items, index, place);
      }
      // A place that became null is not waited for: what began now would be waited for without end.
      if (!this.#hasNulls || !this.#isLost(place)) continue;
      ignore(values);
      return;
    }
  }

  #wait(place: Place | undefined): void {
    let each = place;
    for (; each !== undefined; each = each.prev) if (each.waiting++ > 0 || each.isNull) return;
    this.#waiting++;
  }

  #arrived(place: Place | undefined): void {
    let each = place;
    // A place that became null is not waited for.
    for (; each !== undefined; each = each.prev) if (--each.waiting > 0 || each.isNull) return;
    this.#waiting--;
    if (this.#waiting === 0) this.#proceed();
  }

  #fail(
    error: unknown,
    plan: FieldPlan,
    shape: Shape,
    target: Container,
    key: string | number,
    place: Place | undefined,
  ): void {
    if (this.#isLost(place)) return;
    this.#errors.push(locatedError(error, plan.nodes, pathTo(place, key)));
    if (shape.nullable) target[key] = null;
    else this.#setNull(place);
  }

  /** Makes the innermost nullable place null. What is below it is not waited for. */
  #setNull(place: Place | undefined): void {
    let each = place;
    while (each !== undefined && !each.nullable) each = each.prev;
    this.#hasNulls = true;
    if (each === undefined) {
      this.#data = null;
      this.#end();
    } else {
      each.isNull = true;
      each.container[each.key] = null;
      if (each.waiting > 0) this.#arrived(each.prev);
    }
  }

  /** Whether a value no longer matters, since a place around it became null. */
  #isLost(place: Place | undefined): boolean {
    if (!this.#hasNulls) return false;
    if (this.#data === null) return true;
    for (let each = place; each !== undefined; each = each.prev) if (each.isNull) return true;
    return false;
  }
}
